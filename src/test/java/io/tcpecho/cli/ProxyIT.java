package io.tcpecho.cli;

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
		this.server.assertEachEndedBy(Outcome.REPLIED, Outcome.RESET_BY_PEER, Outcome.EMPTY, Outcome.OVERSIZE);
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

	// What proxies add and change

	@Test
	void whenHaproxySendsAHeaderOfVersionTwoItIsNamed() {
		try (Proxy haproxy = Proxy.haproxy(this.server.port(), "default-server send-proxy-v2")) {
			assertThat(probe(haproxy, " --count 1").out()).contains("\nCORRUPT: A proxy sends a PROXY protocol header",
					"is a PROXY protocol header, version 2, and our message follows unharmed at offset 28.");
		}
	}

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
