package io.tcpecho.actuate;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

import io.tcpecho.connection.HandshakeResult;
import io.tcpecho.connection.ListenerCounters;
import io.tcpecho.testing.EchoServer;
import io.tcpecho.testing.EchoServerBuilder;
import io.tcpecho.testing.FreePort;
import io.tcpecho.testing.Management;
import io.tcpecho.testing.Management.Answer;
import io.tcpecho.testing.Peer;
import io.tcpecho.testing.TestCertificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static io.tcpecho.testing.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * {@code /actuator/health} and its groups.
 */
class HealthTests {

	/**
	 * The 10 s within which a dead or stuck loop is seen, and as much for a busy machine.
	 */
	private static final Duration NOTICED_WITHIN = Duration.ofSeconds(20);

	@Test
	void whenTheListenersListenTheServerIsUpAndReadyAndAlive() {
		try (EchoServer server = echo().start()) {
			Management management = server.management();
			Answer health = management.get("/health");
			assertThat(health.status()).isEqualTo(200);
			assertThat(health.text("/status")).isEqualTo("UP");
			assertThat(health.text("/components/tcpEcho/details/echo/state")).isEqualTo("LISTENING");
			assertThat(health.json().at("/components/tcpEcho/details/echo/port").asInt()).isEqualTo(server.port());
			assertThat(management.get("/health/readiness").text("/components/tcpEcho/status")).isEqualTo("UP");
			assertThat(management.get("/health/liveness").text("/components/eventLoops/status")).isEqualTo("UP");
		}
	}

	@Test
	void whenTheServiceBlocksItsLoopTheServerIsNeitherReadyNorAliveUntilItGoesOn() {
		CountDownLatch go = new CountDownLatch(1);
		try (EchoServer server = echo().service((message) -> {
			await(go);
			return message;
		}).start(); Peer peer = Peer.connect(server.port())) {
			peer.send("hello").halfClose();
			server.awaitServiceCalls(1);
			await().atMost(NOTICED_WITHIN)
				.untilAsserted(() -> assertThat(server.management().get("/health/liveness").status()).isEqualTo(503));
			assertThat(server.management().get("/health/liveness").text("/components/eventLoops/details/echo"))
				.isEqualTo("dead or stuck");
			assertThat(server.management().get("/health/readiness").text("/components/tcpEcho/status"))
				.isEqualTo("DOWN");
			go.countDown();
			assertThat(peer.readToEnd().text()).isEqualTo("hello");
			await().atMost(NOTICED_WITHIN)
				.untilAsserted(() -> assertThat(server.management().get("/health").text("/status")).isEqualTo("UP"));
		}
	}

	@Test
	void whenAnEventLoopDiesTheServerIsNotAlive() {
		try (EchoServer server = echo().start()) {
			server.connectionFactory().getEventLoops().get(0).stop();
			await().atMost(NOTICED_WITHIN)
				.untilAsserted(() -> assertThat(server.management().get("/health/liveness").status()).isEqualTo(503));
			assertThat(server.management().get("/health/readiness").status()).isEqualTo(503);
		}
	}

	@Test
	void whenTheOnlyListenerIsPausedTheServerIsOutOfServiceAndAlive() {
		try (EchoServer server = echo().listener("port", FreePort.next()).start()) {
			server.listener().pause();
			Answer readiness = server.management().get("/health/readiness");
			assertThat(readiness.status()).isEqualTo(503);
			assertThat(readiness.text("/components/tcpEcho/status")).isEqualTo("OUT_OF_SERVICE");
			assertThat(readiness.text("/components/tcpEcho/details/echo/state")).isEqualTo("PAUSED");
			assertThat(server.management().get("/health/liveness").status()).isEqualTo(200);
			server.listener().resume();
			assertThat(server.management().get("/health/readiness").status()).isEqualTo(200);
		}
	}

	@Test
	void whenOneOfTwoListenersIsPausedTheServerIsReady() {
		try (EchoServer server = echo().property("tcp-echo.listeners.other.port", "0").start()) {
			assertThat(server.management().get("/health").status()).isEqualTo(200);
			server.listener().pause();
			Answer readiness = server.management().get("/health/readiness");
			assertThat(readiness.status()).isEqualTo(200);
			assertThat(readiness.text("/components/tcpEcho/details/echo/state")).isEqualTo("PAUSED");
		}
	}

	@Test
	void whileItDrainsTheServerIsOutOfServiceAndAlive() throws Exception {
		try (DrainingServer draining = new DrainingServer(echo())) {
			Management management = draining.server().management();
			await().atMost(NOTICED_WITHIN)
				.untilAsserted(() -> assertThat(management.get("/health/readiness").text("/components/tcpEcho/status"))
					.isEqualTo("OUT_OF_SERVICE"));
			assertThat(management.get("/health/readiness").status()).isEqualTo(503);
			assertThat(management.get("/health/liveness").status()).isEqualTo(200);
			draining.finish();
		}
	}

	@Test
	void withASelfCheckAMessagePassesThroughEachListener() {
		// The dashes are left out: length-1 would be length1 of application.yml, too.
		Map<String, String> framings = Map.of("eof", "eof", "line", "line", "crlf", "crlf", "length1", "length-1",
				"length2", "length-2", "length4", "length-4", "fixed", "fixed", "stream", "stream");
		EchoServerBuilder builder = selfChecking();
		framings.forEach((name, framing) -> listener(builder, name, "framing", framing));
		listener(builder, "fixed", "fixed-length", "100B");
		try (EchoServer server = builder.start()) {
			Answer readiness = server.management().get("/health/readiness");
			assertThat(framings.keySet())
				.allSatisfy((name) -> assertThat(selfCheck(readiness, name)).isEqualTo("passed"));
			assertThat(readiness.status()).isEqualTo(200);
			// One call for each, and one for the listener echo.
			assertThat(server.serviceCalls()).isEqualTo(framings.size() + 1);
			assertThat(server.management().get("/health/readiness").status()).isEqualTo(200);
		}
	}

	@Test
	void withASelfCheckAMessagePassesThroughAListenerWithTlsAndAProxyHeader(@TempDir Path directory) {
		TestCertificate certificate = TestCertificate.authority("unknown to all others");
		EchoServerBuilder builder = selfChecking()
			.property("spring.ssl.bundle.pem.echo.keystore.certificate",
					"file:" + certificate.writeChain(directory.resolve("tls.crt")))
			.property("spring.ssl.bundle.pem.echo.keystore.private-key",
					"file:" + certificate.writeKey(directory.resolve("tls.key")));
		Set<String> names = Set.of("eof-off", "line-off", "eof-required", "line-required");
		for (String name : names) {
			String[] parts = name.split("-");
			listener(builder, name, "framing", parts[0]);
			listener(builder, name, "proxy-protocol.mode", parts[1]);
			listener(builder, name, "tls.bundle", "echo");
		}
		try (EchoServer server = builder.start()) {
			Answer readiness = server.management().get("/health/readiness");
			assertThat(names).allSatisfy((name) -> {
				assertThat(selfCheck(readiness, name)).isEqualTo("passed");
				assertThat(
						server.context().getBean(name + ".counters", ListenerCounters.class).count(HandshakeResult.OK))
					.isEqualTo(1);
			});
			assertThat(readiness.status()).isEqualTo(200);
			// One call for each, and one for the listener echo.
			assertThat(server.serviceCalls()).isEqualTo(names.size() + 1);
		}
	}

	@Test
	void whenAListenerDoesNotJustEchoTheSelfCheckSaysWhyItIsNotMade() {
		EchoServerBuilder builder = selfChecking().listener("service", "discard");
		listener(builder, "greeting", "greeting", "hello");
		listener(builder, "identify", "identify", "true");
		listener(builder, "proxies", "proxy-protocol.mode", "required");
		listener(builder, "proxies", "proxy-protocol.from", "192.0.2.0/24");
		Map<String, String> obstacles = Map.of("echo", "service is discard", "greeting", "greeting is set", "identify",
				"identify is true", "proxies", "proxy-protocol.from does not have 127.0.0.1");
		try (EchoServer server = builder.start()) {
			Answer readiness = server.management().get("/health/readiness");
			assertThat(obstacles).allSatisfy(
					(name, obstacle) -> assertThat(selfCheck(readiness, name)).isEqualTo("not made: " + obstacle));
			assertThat(readiness.status()).isEqualTo(200);
			assertThat(server.serviceCalls()).isZero();
		}
	}

	@Test
	void whenOthersThanProxiesAreServedDirectlyTheSelfCheckIsOneOfThem() {
		try (EchoServer server = selfChecking().listener("proxy-protocol.mode", "required")
			.listener("proxy-protocol.from", "192.0.2.0/24")
			.listener("proxy-protocol.others", "direct")
			.start()) {
			assertThat(selfCheck(server.management().get("/health/readiness"), "echo")).isEqualTo("passed");
		}
	}

	@Test
	void whenTheSelfCheckFailsTheServerIsNotReadyAndSaysWhy() {
		try (EchoServer server = selfChecking().service((message) -> {
			throw new IllegalStateException("on purpose");
		}).start()) {
			Answer readiness = server.management().get("/health/readiness");
			assertThat(readiness.status()).isEqualTo(503);
			assertThat(readiness.text("/components/tcpEcho/status")).isEqualTo("DOWN");
			assertThat(selfCheck(readiness, "echo")).startsWith("No echo from 127.0.0.1:" + server.port());
			assertThat(server.management().get("/health/liveness").status()).isEqualTo(200);
		}
	}

	private static EchoServerBuilder echo() {
		return EchoServer.framing("eof").management();
	}

	private static EchoServerBuilder selfChecking() {
		return echo().property("tcp-echo.self-check.enabled", "true");
	}

	/** Set a property of another listener, which has a free port. */
	private static void listener(EchoServerBuilder builder, String name, String key, String value) {
		String prefix = "tcp-echo.listeners." + name + ".";
		builder.property(prefix + "enabled", "true")
			.property(prefix + "port", "0")
			.property(prefix + "address", "127.0.0.1")
			.property(prefix + key, value);
	}

	/** Return what the health says of the self-check of a listener. */
	private static String selfCheck(Answer health, String listener) {
		return health.text("/components/tcpEcho/details/" + listener + "/selfCheck");
	}

}
