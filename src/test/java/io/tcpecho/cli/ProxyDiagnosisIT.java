package io.tcpecho.cli;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;

import io.tcpecho.connection.Outcome;
import io.tcpecho.testing.Crowd;
import io.tcpecho.testing.EchoServer;
import io.tcpecho.testing.Proxy;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@code probe --diagnose} through real proxies, which are installed on the machine: what
 * it finds where something is wrong in the path or at its end.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProxyDiagnosisIT {

	private int earlierCalls;

	/** Started once: no test changes it. */
	private final EchoServer server = EchoServer.framing("eof")
		.listener("max-message-size", "1MB")
		.listener("executor", "pool")
		.start();

	@BeforeEach
	void countCalls() {
		this.earlierCalls = this.server.serviceCalls();
	}

	@AfterEach
	void nothingIsLeft() {
		this.server.assertEachEndedBy(Outcome.REPLIED, Outcome.RESET_BY_PEER, Outcome.EMPTY, Outcome.OVERSIZE);
	}

	@AfterAll
	void stop() {
		this.server.close();
	}

	@Test
	void whenTheBackendIsDownThatIsAmongTheCausesAndDiagnosisPutsItFirst() throws IOException {
		try (Socket taken = new Socket()) {
			taken.bind(new InetSocketAddress("127.0.0.1", 0));
			int closed = taken.getLocalPort();
			try (Proxy haproxy = Proxy.haproxy(closed);
					Proxy nginx = Proxy.nginx(closed);
					Proxy halfClosingNginx = Proxy.nginx(closed, "proxy_half_close on;")) {
				List<Proxy> proxies = List.of(haproxy, nginx, halfClosingNginx);
				List<String> names = List.of("haproxy", "nginx", "nginx half-close");
				// At the same time, since a diagnosis mostly waits for timeouts.
				Crowd.run(proxies.size(), proxies.size(),
						(number) -> assertBackendDown(names.get(number), proxies.get(number)));
			}
		}
	}

	private static void assertBackendDown(String name, Proxy proxy) {
		assertThat(probe(proxy, " --count 3 --interval 0").out()).as(name)
			.containsPattern("no backend is up behind a proxy|A proxy or balancer accepted the connection");
		Invocation diagnosis = diagnose(proxy, 25);
		assertThat(diagnosis.exitCode()).as(name).isEqualTo(ExitCode.VERDICT.number());
		assertThat(diagnosis.out()).as(name)
			.contains("\nLikeliest cause: A proxy or balancer accepted the connection",
					"\nRuled out: the half-close is lost: ");
	}

	@Test
	void whenNginxLosesTheHalfCloseDiagnosisProvesIt() {
		try (Proxy nginx = Proxy.nginx(this.server.port())) {
			Invocation diagnosis = diagnose(nginx, 12);
			assertThat(diagnosis.out()).contains("\nLikeliest cause: A proxy takes our half-close for the end",
					"whenever our FIN went", "\nTry next: Let the proxy keep half-closed connections",
					"\nCapture: tcpdump -ni any 'tcp port " + nginx.port() + " and (host 127.0.0.1)'");
			assertThat(diagnosis.out().lines()).hasSizeLessThanOrEqualTo(25);
		}
	}

	@Test
	void whenNginxHasAnIdleLimitDiagnosisFindsItsTime() {
		try (Proxy nginx = Proxy.nginx(this.server.port(), "proxy_half_close on; proxy_timeout 1s;")) {
			assertThat(diagnose(nginx, 12).out())
				.contains("\nLikeliest cause: A proxy, balancer, firewall or server ends")
				.containsPattern("idle for (9\\d\\d ms|1\\.\\d\\d s)")
				.doesNotContain("Also possible: the half-close is lost");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "haproxy", "nginx" })
	void whenAProxyIsGoodDiagnosisFindsNothing(String name) {
		try (Proxy proxy = name.equals("nginx") ? Proxy.nginx(this.server.port(), "proxy_half_close on;")
				: Proxy.haproxy(this.server.port())) {
			Invocation diagnosis = diagnose(proxy, 6);
			assertThat(diagnosis.out()).contains("\nNothing is broken: every exchange was OK.\n")
				.doesNotContain("Likeliest", "Ruled out");
			assertThat(diagnosis.exitCode()).isZero();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "eof", "line" })
	void whenHaproxyExpectsTlsDiagnosisProvesIt(String framing) {
		try (Proxy haproxy = Proxy.haproxyBinding("ssl crt CERTIFICATE", this.server.port())) {
			assertTls(probe(haproxy, " --diagnose --budget 6s --framing " + framing));
		}
		assertServiceCalls(0);
	}

	@Test
	void whenOpensslListensDiagnosisProvesThatThePortExpectsTls() {
		try (Proxy server = Proxy.opensslServer()) {
			assertTls(diagnose(server, 6));
		}
	}

	private static void assertTls(Invocation diagnosis) {
		assertThat(diagnosis.out())
			.contains("\nLikeliest cause: The port expects TLS, and we sent plain bytes: a TLS hello was answered with"
					+ " a TLS record.\n", "\nTry next: Probe the plain port of the service")
			.doesNotContain("Likeliest cause: A proxy", "half-close is lost, ");
		assertThat(diagnosis.exitCode()).isEqualTo(ExitCode.VERDICT.number());
	}

	@Test
	void whenHaproxyExpectsAHeaderDiagnosisProvesIt() {
		try (Proxy haproxy = Proxy.haproxyBinding("accept-proxy", this.server.port())) {
			assertThat(diagnose(haproxy, 6).out())
				.contains(
						"\nLikeliest cause: The peer expects a PROXY protocol header before the first byte: behind the"
								+ " header \"PROXY UNKNOWN\" the same message was OK.\n")
				.doesNotContain("the port expects TLS", "Likeliest cause: A proxy");
		}
		assertServiceCalls(1);
	}

	@Test
	void whenNcatDropsWhatCatEchoesNotOnlyAProxyIsBlamed() {
		try (Proxy ncat = Proxy.ncatWithCat()) {
			assertThat(diagnose(ncat, 6).out())
				.contains("\nLikeliest cause: The server itself ends the connection when our FIN comes", "ncat -e",
						"the server echoes at once")
				.doesNotContain("Likeliest cause: A proxy", "backend is up behind a proxy;");
		}
	}

	@Test
	void whenTheListenerHasAnotherFramingDiagnosisNamesIt() {
		assertThat(
				Invocation.of("probe 127.0.0.1:" + this.server.port() + " --diagnose --budget 6s --framing line").out())
			.contains(
					"\nLikeliest cause: The listener expects another framing than the one that we use: framing eof is OK"
							+ " on the same port.\n")
			.doesNotContain("half-close");
	}

	private static Invocation diagnose(Proxy proxy, int budgetInSeconds) {
		return probe(proxy, " --diagnose --budget " + budgetInSeconds + "s");
	}

	private void assertServiceCalls(int count) {
		this.server.awaitServiceCalls(this.earlierCalls + count);
	}

	private static Invocation probe(Proxy proxy, String options) {
		return Invocation.of("probe 127.0.0.1:" + proxy.port() + options);
	}

}
