package io.tcpecho.cli;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;

import io.tcpecho.connection.Outcome;
import io.tcpecho.testing.EchoServer;
import io.tcpecho.testing.Proxy;
import io.tcpecho.testing.Waits;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@code probe} through real proxies, which are installed on the machine: what they do to
 * a half-close, and to a reset.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProxyIT {

	/** Longer than the timeouts of proxies that are to strike. */
	private static final int SLOW_IN_MILLIS = 500;

	private static final String SIZES = " --count 5 --interval 0 --size 64B,5KB,1MB";

	private static final String THREE = " --count 3 --interval 0";

	private volatile int serviceMillis;

	private int earlierCalls;

	/** Started once: it serves what comes, quickly or slowly. */
	private final EchoServer server = EchoServer.framing("eof")
		.listener("max-message-size", "1MB")
		.listener("executor", "pool")
		.property("tcp-echo.listeners.line.enabled", "true")
		.property("tcp-echo.listeners.line.port", "0")
		.property("tcp-echo.listeners.line.max-message-size", "1MB")
		.service((message) -> {
			Waits.pause(this.serviceMillis);
			return message;
		})
		.start();

	@BeforeEach
	void serveQuickly() {
		this.serviceMillis = 0;
		this.earlierCalls = this.server.serviceCalls();
	}

	@AfterEach
	void nothingIsLeft() {
		this.server.awaitQuiet();
		assertThat(this.server.outcomes(Outcome.REPLIED) + this.server.outcomes(Outcome.RESET_BY_PEER)
				+ this.server.outcomes(Outcome.EMPTY) + this.server.outcomes(Outcome.OVERSIZE))
			.isEqualTo(this.server.accepted());
	}

	@AfterAll
	void stop() {
		this.server.close();
	}

	// HAProxy

	@Test
	@DisplayName("HAProxy passes the half-close, the reply and FIN on")
	void whenHaproxyIsInThePathTheHalfCloseGetsThrough() {
		try (Proxy haproxy = Proxy.haproxy(this.server.port())) {
			assertOk(probe(haproxy, SIZES), 15);
		}
		assertServiceCalls(15);
	}

	@ParameterizedTest
	@ValueSource(strings = { "timeout server-fin 100ms", "timeout server 100ms" })
	@DisplayName("HAProxy waits for a reply as long as its timeout server-fin, or without that its timeout server, says")
	void whenHaproxysTimeoutIsShorterThanTheServiceTheReplyIsLost(String timeout) {
		this.serviceMillis = SLOW_IN_MILLIS;
		try (Proxy haproxy = Proxy.haproxy(this.server.port(), timeout)) {
			assertLost(probe(haproxy, THREE), 3);
		}
		assertServiceCalls(3);
	}

	@ParameterizedTest
	@ValueSource(strings = { "timeout server-fin 20s", "timeout client-fin 100ms", "timeout client 100ms" })
	@DisplayName("HAProxy's other timeouts do not strike while the service runs")
	void whenHaproxysOtherTimeoutsAreShorterTheReplyGetsThrough(String timeout) {
		this.serviceMillis = SLOW_IN_MILLIS;
		try (Proxy haproxy = Proxy.haproxy(this.server.port(), timeout)) {
			assertOk(probe(haproxy, THREE), 3);
		}
	}

	// nginx

	@Test
	@DisplayName("Nginx passes the half-close, the reply and FIN on if proxy_half_close is on")
	void whenNginxPassesTheHalfCloseOnItGetsThrough() {
		try (Proxy nginx = Proxy.nginx(this.server.port(), "proxy_half_close on;")) {
			assertOk(probe(nginx, SIZES), 15);
		}
		assertServiceCalls(15);
	}

	@Test
	@DisplayName("Nginx loses the reply if proxy_half_close is off, which is its default")
	void whenNginxHasItsDefaultTheReplyIsLost() {
		try (Proxy nginx = Proxy.nginx(this.server.port())) {
			Invocation probe = probe(nginx, THREE);
			assertLost(probe, 3);
			assertThat(probe.out())
				.contains("\nREPLY_LOST: A proxy takes our half-close for the end in both directions, as nginx stream");
		}
		// The messages did arrive.
		assertServiceCalls(3);
	}

	@Test
	@DisplayName("Nginx with its default serves a framing that needs no half-close")
	void whenNginxHasItsDefaultAFramingWithoutHalfCloseGetsThrough() {
		int port = this.server.context()
			.getEnvironment()
			.getRequiredProperty("local.tcp-echo.line.port", Integer.class);
		try (Proxy nginx = Proxy.nginx(port)) {
			assertOk(probe(nginx, SIZES + " --framing line"), 15);
		}
		assertServiceCalls(15);
	}

	// A backend that is not there, and other faults behind proxies

	@ParameterizedTest
	@ValueSource(strings = { "haproxy", "nginx", "nginx half-close" })
	void whenTheBackendIsDownThatIsAmongTheCausesAndDiagnosisPutsItFirst(String name) throws IOException {
		try (Socket taken = new Socket()) {
			taken.bind(new InetSocketAddress("127.0.0.1", 0));
			int closed = taken.getLocalPort();
			try (Proxy proxy = switch (name) {
				case "haproxy" -> Proxy.haproxy(closed);
				case "nginx" -> Proxy.nginx(closed);
				default -> Proxy.nginx(closed, "proxy_half_close on;");
			}) {
				assertThat(probe(proxy, THREE).out())
					.containsPattern("no backend is up behind a proxy|A proxy or balancer accepted the connection");
				Invocation diagnosis = diagnose(proxy, 25);
				assertThat(diagnosis.exitCode()).isEqualTo(ExitCode.VERDICT.number());
				assertThat(diagnosis.out()).contains("\nLikeliest cause: A proxy or balancer accepted the connection",
						"\nRuled out: the half-close is lost: ");
			}
		}
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

	@Test
	void whenHaproxySendsAHeaderOfVersionTwoItIsNamed() {
		try (Proxy haproxy = Proxy.haproxy(this.server.port(), "default-server send-proxy-v2")) {
			assertThat(probe(haproxy, " --count 1").out()).contains("\nCORRUPT: A proxy sends a PROXY protocol header",
					"is a PROXY protocol header, version 2, and our message follows unharmed at offset 28.");
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

	// A failure of the server

	@ParameterizedTest
	@ValueSource(strings = { "haproxy", "nginx" })
	void whenTheServerResetsAProxyMayMakeItFinButNeverAReply(String name) {
		try (Proxy proxy = name.equals("nginx") ? Proxy.nginx(this.server.port(), "proxy_half_close on;")
				: Proxy.haproxy(this.server.port())) {
			Invocation probe = probe(proxy, " --count 5 --interval 0 --size 1048577");
			assertThat(probe.out()).contains("1048577 bytes: 0 of 5 OK\n").contains(" after 0 of 1048577 bytes\n");
		}
		assertServiceCalls(0);
	}

	private void assertServiceCalls(int count) {
		this.server.awaitServiceCalls(this.earlierCalls + count);
	}

	private static Invocation probe(Proxy proxy, String options) {
		return Invocation.of("probe 127.0.0.1:" + proxy.port() + options);
	}

	private static void assertOk(Invocation probe, int count) {
		assertThat(probe.out()).contains(": " + count + " exchanges, " + count + " OK\n");
		assertThat(probe.exitCode()).isZero();
	}

	private static void assertLost(Invocation probe, int count) {
		assertThat(probe.out()).contains(": " + count + " exchanges, " + count + " REPLY_LOST, 100.0 % loss\n")
			.contains(": FIN after 0 of 64 bytes\n");
		assertThat(probe.exitCode()).isEqualTo(ExitCode.VERDICT.number());
	}

}
