package io.tcpecho.connection;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The option {@code TCP_INFO}. {@code TcpInfoIT} asks a kernel for it.
 */
class TcpInfoTests {

	@Test
	void eachMemberIsReadFromItsPlaceInTheStructure() {
		ByteBuffer struct = ByteBuffer.allocate(TcpInfo.SIZE_IN_BYTES).order(ByteOrder.nativeOrder());
		// The first eight bytes are members of one byte; then each four bytes are one.
		for (int at = 8; at < TcpInfo.SIZE_IN_BYTES; at += 4) {
			struct.putInt(at, at);
		}
		struct.putInt(100, -1);
		assertThat(TcpInfo.parse(struct.array())).isEqualTo(new TcpInfo(68, 72, 60, 16, 20, 80, 24, 32, 0xFFFF_FFFFL));
	}

	@Test
	void aRuntimeWithoutNativeAccessIsNotAsked() throws IOException {
		try (ServerSocketChannel server = ServerSocketChannel.open()
			.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
				SocketChannel client = SocketChannel.open(server.getLocalAddress())) {
			assertThat(TcpInfo.of(client)).isNull();
		}
	}

}
