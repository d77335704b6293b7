package io.tcpecho.hostile;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import io.tcpecho.testing.EchoProcess;
import io.tcpecho.testing.Management;
import io.tcpecho.testing.Peer;
import io.tcpecho.testing.Peer.End;
import io.tcpecho.testing.Peer.Reply;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Management and the echo in one process, whose descriptors they share.
 */
class ManagementFloodIT {

	private static final int DESCRIPTORS = 1_024;

	private static final int CONNECT_TIMEOUT_IN_MILLIS = 1_000;

	@Test
	@DisplayName("The echo has descriptors left when management connections pile up")
	void whenManagementConnectionsPileUpTheEchoHasDescriptorsLeft() throws IOException {
		byte[] message = "hello".getBytes(StandardCharsets.US_ASCII);
		List<Socket> silent = new ArrayList<>();
		try (EchoProcess process = EchoProcess.configure().maxDescriptors(DESCRIPTORS).start().awaitStarted()) {
			connectUntilFull(process.managementPort(), silent);
			for (int i = 0; i < 100; i++) {
				assertThat(Peer.exchange(process.port("eof"), message)).isEqualTo(new Reply(message, End.FIN));
			}
			close(silent);
			assertThat(new Management(process.managementPort()).get("/health").status()).isEqualTo(200);
			assertThat(process.output()).doesNotContainPattern("\\b(WARN|ERROR)\\b");
		}
		finally {
			close(silent);
		}
	}

	private static void connectUntilFull(int port, List<Socket> connected) throws IOException {
		try {
			while (connected.size() < DESCRIPTORS) {
				Socket socket = new Socket();
				connected.add(socket);
				socket.connect(new InetSocketAddress("127.0.0.1", port), CONNECT_TIMEOUT_IN_MILLIS);
			}
		}
		catch (SocketTimeoutException ex) {
			// As many as management takes, and as many as may wait.
		}
	}

	private static void close(List<Socket> sockets) throws IOException {
		for (Socket socket : sockets) {
			socket.close();
		}
	}

}
