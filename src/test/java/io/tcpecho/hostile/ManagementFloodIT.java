package io.tcpecho.hostile;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

import io.tcpecho.testing.EchoProcess;
import io.tcpecho.testing.Flood;
import io.tcpecho.testing.Flood.Kind;
import io.tcpecho.testing.Management;
import io.tcpecho.testing.Peer;
import io.tcpecho.testing.Peer.End;
import io.tcpecho.testing.Peer.Reply;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Management and the echo in one process, while clients do their worst to the management
 * port.
 */
@Tag("reliability")
@TestInstance(Lifecycle.PER_CLASS)
class ManagementFloodIT {

	private static final int DESCRIPTORS = 1_024;

	private static final int CLIENTS = 1_000;

	/** The longest time that Kubernetes waits for a probe, unless told otherwise. */
	private static final int PROBE_TIMEOUT_IN_MILLIS = 1_000;

	private static final int PROBES = 20;

	private static final byte[] MESSAGE = "hello".getBytes(StandardCharsets.US_ASCII);

	private final EchoProcess process = EchoProcess.configure()
		.maxDescriptors(DESCRIPTORS)
		.argument("spring.security.user.password", Management.PASSWORD)
		.start()
		.awaitStarted();

	@AfterAll
	void stop() {
		this.process.close();
	}

	@ParameterizedTest(name = "{0}, from many addresses: {1}")
	@CsvSource({ "HOLD, false", "HOLD, true", "DRIP_HEADER, false", "DRIP_HEADER, true", "DRIP_BODY, false",
			"DRIP_BODY, true", "REOPEN, false", "REOPEN, true" })
	@DisplayName("Probes answer within 1 s, and the echo serves, while 1,000 clients hold, drip or reopen management connections")
	void whileManagementIsFloodedProbesAnswerInTimeAndTheEchoServes(Kind kind, boolean manyAddresses) {
		int port = this.process.managementPort();
		assertThat(new Management(port).get("/health/liveness").status()).isEqualTo(200);
		assertThat(new Management(port).get("/health/readiness").status()).isEqualTo(200);
		String credentials = Base64.getEncoder()
			.encodeToString(("operator:" + Management.PASSWORD).getBytes(StandardCharsets.US_ASCII));
		List<String> failures = new ArrayList<>();
		try (Flood flood = new Flood(port, CLIENTS, kind, manyAddresses,
				"Authorization: Basic " + credentials + "\r\n")) {
			await().atMost(Duration.ofSeconds(30)).until(() -> flood.opened() >= CLIENTS);
			for (int i = 0; i < PROBES; i++) {
				probe(port, "/actuator/health/liveness", failures);
				probe(port, "/actuator/health/readiness", failures);
				assertThat(Peer.exchange(this.process.port("eof"), MESSAGE)).isEqualTo(new Reply(MESSAGE, End.FIN));
			}
		}
		assertThat(failures).as("of " + 2 * PROBES + " probes").isEmpty();
		assertThat(this.process.output()).doesNotContainPattern("\\b(WARN|ERROR)\\b");
	}

	/** Ask as the kubelet does: on a connection of its own. */
	private static void probe(int port, String path, List<String> failures) {
		long start = System.nanoTime();
		try (Socket socket = new Socket()) {
			socket.setSoTimeout(PROBE_TIMEOUT_IN_MILLIS);
			socket.connect(new InetSocketAddress("127.0.0.1", port), PROBE_TIMEOUT_IN_MILLIS);
			socket.getOutputStream()
				.write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
					.getBytes(StandardCharsets.US_ASCII));
			String status = new BufferedReader(
					new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
				.readLine();
			long millis = (System.nanoTime() - start) / 1_000_000;
			if (!"HTTP/1.1 200 ".equals(status) || millis > PROBE_TIMEOUT_IN_MILLIS) {
				failures.add(path + ": " + status + " after " + millis + " ms");
			}
		}
		catch (IOException ex) {
			failures.add(path + ": " + ex + " after " + (System.nanoTime() - start) / 1_000_000 + " ms");
		}
	}

}
