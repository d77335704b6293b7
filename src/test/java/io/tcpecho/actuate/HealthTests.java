package io.tcpecho.actuate;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

import io.tcpecho.connection.HandshakeResult;
import io.tcpecho.testing.EchoServer;
import io.tcpecho.testing.EchoServerBuilder;
import io.tcpecho.testing.Management;
import io.tcpecho.testing.Management.Answer;
import io.tcpecho.testing.Peer;
import io.tcpecho.testing.TestCertificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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

	private static final String SELF_CHECK = "/components/tcpEcho/details/echo/selfCheck";

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
		try (EchoServer server = echo().start()) {
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

	@ParameterizedTest
	@ValueSource(strings = { "eof", "line", "crlf", "length-1", "length-2", "length-4", "fixed", "stream" })
	void withASelfCheckAMessagePassesThroughEachListener(String framing) {
		EchoServerBuilder builder = EchoServer.framing(framing).management();
		if (framing.equals("fixed")) {
			builder.listener("fixed-length", "100B");
		}
		try (EchoServer server = builder.property("tcp-echo.self-check.enabled", "true").start()) {
			Answer readiness = server.management().get("/health/readiness");
			assertThat(readiness.text(SELF_CHECK)).isEqualTo("passed");
			assertThat(readiness.status()).isEqualTo(200);
			assertThat(server.serviceCalls()).isEqualTo(1);
			assertThat(server.management().get("/health/readiness").status()).isEqualTo(200);
		}
	}

	@ParameterizedTest
	@CsvSource({ "eof,off", "line,off", "eof,required", "line,required" })
	void withASelfCheckAMessagePassesThroughAListenerWithTlsAndAProxyHeader(String framing, String proxyProtocol,
			@TempDir Path directory) {
		TestCertificate certificate = TestCertificate.authority("unknown to all others");
		EchoServerBuilder builder = EchoServer.framing(framing)
			.management()
			.property("tcp-echo.self-check.enabled", "true")
			.property("spring.ssl.bundle.pem.echo.keystore.certificate",
					"file:" + certificate.writeChain(directory.resolve("tls.crt")))
			.property("spring.ssl.bundle.pem.echo.keystore.private-key",
					"file:" + certificate.writeKey(directory.resolve("tls.key")))
			.listener("tls.bundle", "echo")
			.listener("proxy-protocol.mode", proxyProtocol);
		try (EchoServer server = builder.start()) {
			Answer readiness = server.management().get("/health/readiness");
			assertThat(readiness.text(SELF_CHECK)).isEqualTo("passed");
			assertThat(readiness.status()).isEqualTo(200);
			assertThat(server.serviceCalls()).isEqualTo(1);
			assertThat(server.counters().count(HandshakeResult.OK)).isEqualTo(1);
		}
	}

	@ParameterizedTest
	@CsvSource({ "service,discard,service is discard", "greeting,hello,greeting is set",
			"identify,true,identify is true",
			"proxy-protocol.from,192.0.2.0/24,proxy-protocol.from does not have 127.0.0.1" })
	void whenAListenerDoesNotJustEchoTheSelfCheckSaysWhyItIsNotMade(String key, String value, String obstacle) {
		EchoServerBuilder builder = echo().property("tcp-echo.self-check.enabled", "true").listener(key, value);
		if (key.startsWith("proxy-protocol")) {
			builder.listener("proxy-protocol.mode", "required");
		}
		try (EchoServer server = builder.start()) {
			Answer readiness = server.management().get("/health/readiness");
			assertThat(readiness.text(SELF_CHECK)).isEqualTo("not made: " + obstacle);
			assertThat(readiness.status()).isEqualTo(200);
			assertThat(server.serviceCalls()).isZero();
		}
	}

	@Test
	void whenOthersThanProxiesAreServedDirectlyTheSelfCheckIsOneOfThem() {
		try (EchoServer server = echo().property("tcp-echo.self-check.enabled", "true")
			.listener("proxy-protocol.mode", "required")
			.listener("proxy-protocol.from", "192.0.2.0/24")
			.listener("proxy-protocol.others", "direct")
			.start()) {
			assertThat(server.management().get("/health/readiness").text(SELF_CHECK)).isEqualTo("passed");
		}
	}

	@Test
	void whenTheSelfCheckFailsTheServerIsNotReadyAndSaysWhy() {
		try (EchoServer server = echo().property("tcp-echo.self-check.enabled", "true").service((message) -> {
			throw new IllegalStateException("on purpose");
		}).start()) {
			Answer readiness = server.management().get("/health/readiness");
			assertThat(readiness.status()).isEqualTo(503);
			assertThat(readiness.text("/components/tcpEcho/status")).isEqualTo("DOWN");
			assertThat(readiness.text(SELF_CHECK)).startsWith("No echo from 127.0.0.1:" + server.port());
			assertThat(server.management().get("/health/liveness").status()).isEqualTo(200);
		}
	}

	private static EchoServerBuilder echo() {
		return EchoServer.framing("eof").management();
	}

}
