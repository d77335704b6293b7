package io.tcpecho.actuate;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.StreamSupport;

import io.tcpecho.connection.Outcome;
import io.tcpecho.testing.EchoServer;
import io.tcpecho.testing.EchoServerBuilder;
import io.tcpecho.testing.Management;
import io.tcpecho.testing.Management.Answer;
import io.tcpecho.testing.Payload;
import io.tcpecho.testing.Peer;
import io.tcpecho.testing.Peer.End;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import static io.tcpecho.testing.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * {@code /actuator/connections}.
 */
@TestInstance(Lifecycle.PER_CLASS)
class ConnectionsEndpointTests {

	private static final Duration PATIENCE = Duration.ofSeconds(10);

	/** For tests that leave it without connections. */
	private final EchoServer server = echo("eof").start();

	/** The same with framing {@code line}. */
	private final EchoServer lineServer = echo("line").start();

	@AfterEach
	void theServersAreAsBefore() {
		this.server.awaitQuiet();
		this.lineServer.awaitQuiet();
	}

	@AfterAll
	void stop() {
		this.server.close();
		this.lineServer.close();
	}

	@Test
	void whenNobodyIsConnectedTheListIsEmpty() {
		Answer answer = this.server.management().get("/connections");
		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.body()).isEqualTo("{\"open\":0,\"connections\":[]}");
	}

	@Test
	void anOpenConnectionIsShownWithAllThatIsKnownOfIt() {
		EchoServer server = this.lineServer;
		try (Peer peer = Peer.connect(server.port())) {
			Instant before = Instant.now();
			peer.send("one\ntwo\nthr").read(8);
			awaitBytesIn(server, 11);
			JsonNode connection = server.management().get("/connections").json().at("/connections/0");
			assertThat(connection.at("/id").asString()).matches("echo-[a-z0-9]+");
			assertThat(connection.at("/listener").asString()).isEqualTo("echo");
			assertThat(connection.at("/peer").asString()).matches("127\\.0\\.0\\.1:[0-9]+");
			assertThat(connection.at("/local").asString()).isEqualTo("127.0.0.1:" + server.port());
			assertThat(Instant.parse(connection.at("/openedAt").asString())).isBetween(before.minusSeconds(10),
					Instant.now());
			assertThat(server.management().get("/connections").text("/connections/0/openedAt"))
				.isEqualTo(connection.at("/openedAt").asString());
			assertThat(connection.at("/ageMillis").asLong())
				.isGreaterThanOrEqualTo(connection.at("/idleMillis").asLong());
			assertThat(connection.at("/phase").asString()).isEqualTo("READING");
			assertThat(connection.at("/draining").asBoolean()).isFalse();
			assertThat(connection.at("/bytesIn").asLong()).isEqualTo(11);
			assertThat(connection.at("/bytesOut").asLong()).isEqualTo(8);
			assertThat(connection.at("/messages").asLong()).isEqualTo(2);
			assertThat(server.management().get("/connections/" + connection.at("/id").asString()).json().at("/bytesIn"))
				.isEqualTo(connection.at("/bytesIn"));
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "none", "pool" })
	void whileTheServiceRunsTheConnectionIsInService(String executor) {
		CountDownLatch go = new CountDownLatch(1);
		try (EchoServer server = echo("eof").listener("executor", executor).service((message) -> {
			await(go);
			return message;
		}).start(); Peer peer = Peer.connect(server.port())) {
			peer.send("hello").halfClose();
			awaitPhase(server, "IN_SERVICE");
			go.countDown();
			assertThat(peer.readToEnd().text()).isEqualTo("hello");
		}
	}

	@Test
	void whileTheClientDoesNotReadTheConnectionIsWriting() {
		try (EchoServer server = echo("eof").listener("max-message-size", "20MB").start();
				Peer peer = Peer.connect(server.port(), 4 * 1024)) {
			byte[] message = Payload.random(20_000_000, 1);
			peer.send(message).halfClose();
			awaitPhase(server, "WRITING");
			assertThat(peer.readEcho(message)).isEqualTo(End.FIN);
		}
	}

	@Test
	void afterATruncatedReplyTheConnectionIsLingering() {
		try (EchoServer server = echo("eof").listener("on-oversize", "truncate")
			.listener("max-message-size", "4B")
			.start(); Peer peer = Peer.connect(server.port())) {
			assertThat(peer.send("123456").readToEnd().text()).isEqualTo("1234");
			awaitPhase(server, "LINGERING");
		}
	}

	@Test
	void whileTheServerDrainsTheConnectionSaysSo() {
		CountDownLatch go = new CountDownLatch(1);
		try (EchoServer server = echo("line").property("tcp-echo.drain.timeout", "20s")
			.listener("executor", "pool")
			.service((message) -> {
				await(go);
				return message;
			})
			.start(); Peer peer = Peer.connect(server.port())) {
			peer.send("owed\n");
			awaitPhase(server, "IN_SERVICE");
			server.closeLater();
			server.awaitPortClosed(server.port());
			await().atMost(PATIENCE)
				.until(() -> server.management().get("/connections").json().at("/connections/0/draining").asBoolean());
			go.countDown();
			assertThat(peer.readToEnd().text()).isEqualTo("owed\n");
		}
	}

	@Test
	void connectionsAreFoundByListenerAndPeer() {
		EchoServer server = this.lineServer;
		try (Peer one = Peer.connectFrom("127.0.0.5", server.port());
				Peer other = Peer.connectFrom("127.0.0.6", server.port())) {
			one.send("one\n").read(4);
			other.send("two\n").read(4);
			Management management = server.management();
			assertThat(management.get("/connections").json().at("/open").asInt()).isEqualTo(2);
			assertThat(management.get("/connections?listener=echo").json().at("/open").asInt()).isEqualTo(2);
			assertThat(management.get("/connections?peer=127.0.0.").json().at("/open").asInt()).isEqualTo(2);
			assertThat(management.get("/connections?peer=10.").json().at("/open").asInt()).isZero();
			Answer answer = management.get("/connections?listener=echo&peer=127.0.0.6");
			assertThat(answer.json().at("/open").asInt()).isEqualTo(1);
			String peer = answer.text("/connections/0/peer");
			assertThat(peer).startsWith("127.0.0.6:");
			assertThat(management.get("/connections?peer=" + peer).json().at("/open").asInt()).isEqualTo(1);
		}
	}

	@Test
	void connectionsAreSortedAndLimited() {
		EchoServer server = this.lineServer;
		try (Peer first = Peer.connectFrom("127.0.0.1", server.port());
				Peer second = Peer.connectFrom("127.0.0.2", server.port());
				Peer third = Peer.connectFrom("127.0.0.3", server.port())) {
			first.send("1\n").read(2);
			second.send("a long line\n").read(12);
			third.send("a line\n").read(7);
			first.send("1\n").read(2);
			assertThat(peers(server, "")).containsExactly("127.0.0.1", "127.0.0.2", "127.0.0.3");
			assertThat(peers(server, "?sort=age")).containsExactly("127.0.0.1", "127.0.0.2", "127.0.0.3");
			assertThat(peers(server, "?sort=idle")).containsExactly("127.0.0.2", "127.0.0.3", "127.0.0.1");
			assertThat(peers(server, "?sort=bytes")).containsExactly("127.0.0.2", "127.0.0.3", "127.0.0.1");
			assertThat(peers(server, "?sort=bytes&limit=1")).containsExactly("127.0.0.2");
			assertThat(server.management().get("/connections?limit=1").json().at("/open").asInt()).isEqualTo(3);
		}
	}

	@Test
	void withoutALimitAHundredAreShown() {
		EchoServer server = this.lineServer;
		List<Peer> peers = new ArrayList<>();
		try {
			for (int i = 0; i < 120; i++) {
				peers.add(Peer.connect(server.port()));
			}
			server.awaitOpen(120);
			JsonNode json = server.management().get("/connections").json();
			assertThat(json.at("/open").asInt()).isEqualTo(120);
			assertThat(json.at("/connections").size()).isEqualTo(100);
		}
		finally {
			peers.forEach(Peer::close);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "?mode=reset" })
	void whenAConnectionIsDeletedItIsReset(String query) {
		EchoServer server = this.server;
		int callsBefore = server.serviceCalls();
		long closedBefore = server.outcomes(Outcome.CLOSED_BY_OPERATOR);
		try (Peer peer = Peer.connect(server.port())) {
			peer.send("half");
			awaitBytesIn(server, 4);
			Answer answer = server.management().asOperator().delete("/connections/" + id(server) + query);
			assertThat(answer.status()).as(answer.body()).isEqualTo(200);
			assertThat(answer.text("/outcome")).isEqualTo("closed-by-operator");
			assertThat(answer.text("/end")).isEqualTo("RST");
			assertThat(answer.json().at("/bytesIn").asInt()).isEqualTo(4);
			assertThat(server.open()).as("open when it answered").isZero();
			assertThat(peer.readToEnd().end()).isEqualTo(End.RST);
		}
		server.awaitOutcomes(Outcome.CLOSED_BY_OPERATOR, closedBefore + 1);
		assertThat(server.serviceCalls()).isEqualTo(callsBefore);
	}

	@Test
	void betweenTwoMessagesAConnectionCanEndWithFin() {
		EchoServer server = this.lineServer;
		try (Peer peer = Peer.connect(server.port())) {
			peer.send("one\n").read(4);
			Answer answer = server.management().asOperator().delete("/connections/" + id(server) + "?mode=fin");
			assertThat(answer.status()).as(answer.body()).isEqualTo(200);
			assertThat(answer.text("/end")).isEqualTo("FIN");
			assertThat(answer.text("/outcome")).isEqualTo("closed-by-operator");
			assertThat(peer.readToEnd().end()).isEqualTo(End.FIN);
			server.awaitQuiet();
		}
	}

	@ParameterizedTest
	@CsvSource({ "eof,''", "eof,half", "line,half" })
	void whereFinWouldBeALieItIsRefusedAndTheConnectionGoesOn(String framing, String sent) {
		EchoServer server = framing.equals("eof") ? this.server : this.lineServer;
		try (Peer peer = Peer.connect(server.port())) {
			peer.send(sent);
			awaitBytesIn(server, sent.length());
			Answer answer = server.management().asOperator().delete("/connections/" + id(server) + "?mode=fin");
			assertThat(answer.status()).isEqualTo(409);
			assertThat(answer.text("/detail")).contains(id(server)).contains("mode=reset");
			assertThat(server.management().get("/connections").json().at("/connections/0/draining").asBoolean())
				.isFalse();
			assertThat(peer.send(" done\n").halfClose().readToEnd().text()).isEqualTo(sent + " done\n");
			server.awaitQuiet();
		}
	}

	@Test
	void whenTheLoopIsStuckADeletionSaysSo() {
		CountDownLatch go = new CountDownLatch(1);
		try (EchoServer server = echo("eof").service((message) -> {
			await(go);
			return message;
		}).start(); Peer peer = Peer.connect(server.port())) {
			peer.send("hello").halfClose();
			awaitPhase(server, "IN_SERVICE");
			Answer answer = server.management().asOperator().delete("/connections/" + id(server));
			assertThat(answer.status()).isEqualTo(503);
			go.countDown();
			server.awaitQuiet();
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			limit=0          | limit is '0', and must be between 1 and 2147483647
			limit=-1         | limit is '-1', and must be between 1 and 2147483647
			limit=many       | limit is 'many', and must be between 1 and 2147483647
			limit=9999999999 | limit is '9999999999', and must be between 1 and 2147483647
			sort=name        | sort is 'name', and must be one of age, idle, bytes
			bogus=1          | No parameter here is called 'bogus'; these are known: listener, peer, limit, sort
			listener=nobody  | listener is 'nobody', and no enabled listener has this name
			""")
	void aBadParameterIsRefusedByName(String query, String message) {
		Answer answer = this.server.management().get("/connections?" + query);
		assertThat(answer.status()).isEqualTo(400);
		assertThat(answer.text("/detail")).isEqualTo(message);
	}

	@Test
	void anUnknownIdIsNotFoundAndAnUnknownModeIsRefused() {
		EchoServer server = this.server;
		try (Peer peer = Peer.connect(server.port())) {
			server.awaitOpen(1);
			Management operator = server.management().asOperator();
			assertThat(operator.get("/connections/echo-zzz").status()).isEqualTo(404);
			assertThat(operator.delete("/connections/echo-zzz").text("/detail"))
				.isEqualTo("No open connection has the id 'echo-zzz'");
			assertThat(operator.delete("/connections/echo-zzz").status()).isEqualTo(404);
			Answer refused = operator.delete("/connections/" + id(server) + "?mode=kill");
			assertThat(refused.status()).isEqualTo(400);
			assertThat(refused.text("/detail")).isEqualTo("mode is 'kill', and must be one of reset, fin");
			assertThat(peer.send("hello").halfClose().readToEnd().text()).isEqualTo("hello");
		}
	}

	private static EchoServerBuilder echo(String framing) {
		return EchoServer.framing(framing).management().property("spring.security.user.password", Management.PASSWORD);
	}

	private static String id(EchoServer server) {
		return server.management().get("/connections").text("/connections/0/id");
	}

	private static void awaitPhase(EchoServer server, String phase) {
		await().atMost(PATIENCE)
			.untilAsserted(() -> assertThat(server.management().get("/connections").text("/connections/0/phase"))
				.isEqualTo(phase));
	}

	private static void awaitBytesIn(EchoServer server, long count) {
		await().atMost(PATIENCE).untilAsserted(() -> {
			JsonNode json = server.management().get("/connections").json();
			assertThat(json.at("/open").asInt()).isEqualTo(1);
			assertThat(json.at("/connections/0/bytesIn").asLong()).isEqualTo(count);
		});
	}

	private static List<String> peers(EchoServer server, String query) {
		JsonNode connections = server.management().get("/connections" + query).json().at("/connections");
		return StreamSupport.stream(connections.spliterator(), false)
			.map((connection) -> connection.at("/peer").asString().replaceAll(":.*", ""))
			.toList();
	}

}
