package io.tcpecho.connection;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

/**
 * What is read in the kernel's table of sockets, in files and in the table itself.
 */
class KernelSocketTests {

	private static final String HEADER = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt"
			+ "   uid  timeout inode\n";

	private static final InetSocketAddress LOCAL = new InetSocketAddress("127.0.0.1", 40312);

	private static final InetSocketAddress PEER = new InetSocketAddress("192.0.2.7", 7007);

	private static final String ADDRESSES = "0100007F:9D78 070200C0:1B5F";

	@TempDir
	private Path directory;

	@BeforeEach
	void needsTheOrderOfBytesOfTheLines() {
		assumeThat(ByteOrder.nativeOrder()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
	}

	@Test
	void whenTheLineIsThereItsNumbersAreRead() throws IOException {
		assertThat(find("   0: 00000000:1B5F 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1\n"
				+ "   1: " + ADDRESSES + " 01 000003E9:00000010 01:00000014 00000003     0        0 "
				+ "31337 2 00000000338be657 100 0 0 10 0\n"))
			.isEqualTo(new KernelSocket(1, 1001, 3));
	}

	@Test
	void whenTheAddressesAreOfIpv6TheirWordsAreCompared() throws IOException {
		Path table = table("  12: B80D0120000000000000000001000000:9D78 00000000000000000000000001000000:1B5F 06 "
				+ "00000000:00000000 03:00000177 00000000     0        0 0 3 00000000\n");
		assertThat(KernelSocket.find(table, new InetSocketAddress("2001:db8::1", 40312),
				new InetSocketAddress("::1", 7007)))
			.isEqualTo(new KernelSocket(KernelSocket.TIME_WAIT, 0, 0));
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "", "   0: ", "   0: 0100007F:9D78 070200C0:1B60 01 00000000:00000000 00:00000000 00000000",
					"   0: 070200C0:1B5F 0100007F:9D78 01 00000000:00000000 00:00000000 00000000",
					"   0: " + ADDRESSES + " 01 00000000:00000000 00:00000000", "   0: " + ADDRESSES,
					"   0: " + ADDRESSES + " 01 0000000G:00000000 00:00000000 00000000",
					"   0: " + ADDRESSES + " 01 -0000001:00000000 00:00000000 00000000",
					"   0: 00000000:0000 " + ADDRESSES + " 01 00000000:00000000 00:00000000 00000000",
					"0100007F:9D78 070200C0:1B5F 1" })
	void whenThereIsNoSuchLineNothingIsKnown(String line) throws IOException {
		assertThat(find(line + "\n")).isNull();
	}

	@Test
	void whenThereIsNoTableNothingIsKnown() {
		assertThat(KernelSocket.find(this.directory.resolve("absent"), LOCAL, PEER)).isNull();
		assertThat(KernelSocket.find(this.directory, LOCAL, PEER)).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "127.0.0.1", "::1" })
	void whenASocketIsOpenTheKernelKnowsIt(String host) throws IOException {
		assumeThat(Path.of("/proc/net/tcp")).exists();
		try (ServerSocket server = new ServerSocket()) {
			server.setReceiveBufferSize(4096);
			server.bind(new InetSocketAddress(host, 0));
			// As the prober opens its sockets: the kernel has a table for each family.
			try (SocketChannel channel = SocketChannel
				.open(host.contains(":") ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET)) {
				channel.connect(server.getLocalSocketAddress());
				InetSocketAddress local = (InetSocketAddress) channel.getLocalAddress();
				InetSocketAddress peer = (InetSocketAddress) channel.getRemoteAddress();
				channel.write(ByteBuffer.allocate(100));
				await().untilAsserted(
						() -> assertThat(KernelSocket.find(local, peer)).isEqualTo(new KernelSocket(1, 0, 0)));
				assertThat(KernelSocket.find(peer, peer)).isNull();
			}
		}
	}

	private KernelSocket find(String lines) throws IOException {
		return KernelSocket.find(table(lines), LOCAL, PEER);
	}

	private Path table(String lines) throws IOException {
		return Files.writeString(this.directory.resolve("tcp"), HEADER + lines);
	}

}
