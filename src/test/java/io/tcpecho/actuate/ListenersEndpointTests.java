package io.tcpecho.actuate;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;

import io.tcpecho.connection.Outcome;
import io.tcpecho.testing.Crowd;
import io.tcpecho.testing.EchoServer;
import io.tcpecho.testing.EchoServerBuilder;
import io.tcpecho.testing.FreePort;
import io.tcpecho.testing.Management;
import io.tcpecho.testing.Management.Answer;
import io.tcpecho.testing.Payload;
import io.tcpecho.testing.Peer;
import io.tcpecho.testing.Peer.End;
import io.tcpecho.testing.Peer.Reply;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/**
 * {@code /actuator/listeners}.
 */
@TestInstance(Lifecycle.PER_CLASS)
class ListenersEndpointTests {

	/** For tests that leave it listening, without connections. */
	private final EchoServer server = echo().listener("port", FreePort.next()).start();

	@AfterEach
	void theServerIsAsBefore() {
		this.server.listener().resume();
		this.server.awaitQuiet();
	}

	@AfterAll
	void stop() {
		this.server.close();
	}

	@Test
	void everyConfiguredListenerIsShown() {
		try (EchoServer server = echo().listener("max-connections", 7).listener("timeouts.idle", "3s").start()) {
			byte[] message = Payload.random(100, 1);
			assertThat(Peer.exchange(server.port(), message)).isEqualTo(new Reply(message, End.FIN));
			server.awaitOutcomes(Outcome.REPLIED, 1);
			JsonNode listeners = server.management().get("/listeners").json().at("/listeners");
			assertThat(listeners).extracting((listener) -> listener.at("/name").asString())
				.containsExactly("crlf", "discard", "echo", "eof", "fixed", "info", "lab", "length", "length1",
						"length2", "line", "stream");
			assertThat(listeners.get(1).at("/service").asString()).isEqualTo("discard");
			JsonNode echo = listeners.get(2);
			assertThat(echo.at("/service").asString()).isEqualTo("echo");
			assertThat(echo.at("/state").asString()).isEqualTo("LISTENING");
			assertThat(echo.at("/address").asString()).isEqualTo("127.0.0.1");
			assertThat(echo.at("/port").asInt()).isEqualTo(server.port());
			assertThat(echo.at("/framing").asString()).isEqualTo("eof");
			assertThat(echo.at("/limits/maxConnections").asInt()).isEqualTo(7);
			assertThat(echo.at("/limits/idleMillis").asInt()).isEqualTo(3_000);
			assertThat(echo.at("/openConnections").asInt()).isZero();
			assertThat(echo.at("/totalConnections").asInt()).isEqualTo(1);
			assertThat(echo.at("/messages").asInt()).isEqualTo(1);
			assertThat(echo.at("/bytesIn").asInt()).isEqualTo(100);
			assertThat(echo.at("/bytesOut").asInt()).isEqualTo(100);
			assertThat(echo.at("/outcomes").toString()).isEqualTo("{\"replied\":1}");
			assertThat(listeners.get(3).at("/state").asString()).isEqualTo("DISABLED");
			assertThat(server.management().get("/listeners/echo").json()).isEqualTo(echo);
		}
	}

	@Test
	void whilePausedConnectsAreRefusedAndOpenConnectionsGoOn() {
		try (EchoServer server = echo().start(); Peer open = Peer.connect(server.port())) {
			int port = server.port();
			server.awaitOpen(1);
			Answer paused = change(server, "PAUSED");
			assertThat(paused.status()).as(paused.body()).isEqualTo(200);
			assertThat(paused.text("/state")).isEqualTo("PAUSED");
			assertThat(paused.json().at("/port").asInt()).isEqualTo(port);
			assertThatThrownBy(() -> Peer.connect(port)).hasRootCauseMessage("Connection refused");
			assertThat(open.send("open").halfClose().readToEnd().text()).isEqualTo("open");
			Answer resumed = change(server, "LISTENING");
			assertThat(resumed.text("/state")).isEqualTo("LISTENING");
			assertThat(server.port()).isEqualTo(port);
			assertThat(Peer.exchange(port, new byte[] { 1 })).isEqualTo(new Reply(new byte[] { 1 }, End.FIN));
			server.awaitQuiet();
		}
	}

	@Test
	void whoeverIsConnectedWhenItIsPausedIsServed() {
		int port = this.server.port();
		long repliedBefore = this.server.outcomes(Outcome.REPLIED);
		int rounds = 200;
		for (int round = 0; round < rounds; round++) {
			try (Peer waiting = Peer.connect(port)) {
				this.server.listener().pause();
				assertThat(waiting.send("in time").halfClose().readToEnd().text()).isEqualTo("in time");
				this.server.listener().resume();
			}
		}
		this.server.awaitOutcomes(Outcome.REPLIED, repliedBefore + rounds);
	}

	@Test
	void aStateThatItHasAlreadyChangesNothing() {
		assertThat(change(this.server, "LISTENING").text("/state")).isEqualTo("LISTENING");
		assertThat(change(this.server, "PAUSED").text("/state")).isEqualTo("PAUSED");
		assertThat(change(this.server, "PAUSED").text("/state")).isEqualTo("PAUSED");
		assertThat(change(this.server, "LISTENING").text("/state")).isEqualTo("LISTENING");
		assertThat(change(this.server, "LISTENING").text("/state")).isEqualTo("LISTENING");
		assertThat(Peer.exchange(this.server.port(), new byte[] { 1 }).end()).isEqualTo(End.FIN);
	}

	@Test
	void whenThePortIsTakenMeanwhileTheListenerHasFailedAndCanBeResumedLater() throws IOException {
		int port = this.server.port();
		change(this.server, "PAUSED");
		try (ServerSocket other = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"))) {
			assertThat(other.isBound()).isTrue();
			Answer refused = change(this.server, "LISTENING");
			assertThat(refused.status()).isEqualTo(409);
			assertThat(refused.text("/detail"))
				.isEqualTo("Listener echo cannot listen on 127.0.0.1 port " + port + ": Address already in use");
			assertThat(this.server.management().get("/listeners/echo").text("/state")).isEqualTo("FAILED");
		}
		assertThat(change(this.server, "LISTENING").text("/state")).isEqualTo("LISTENING");
		assertThat(Peer.exchange(port, new byte[] { 1 }).end()).isEqualTo(End.FIN);
	}

	@Test
	void manyWhoPauseAndResumeAtOnceLeaveItInOneState() {
		// Each checks a password, by a function that is slow on purpose.
		Crowd.run(4, 20,
				(number) -> assertThat(change(this.server, (number % 2 == 0) ? "PAUSED" : "LISTENING").status())
					.isEqualTo(200));
		assertThat(change(this.server, "LISTENING").text("/state")).isEqualTo("LISTENING");
		assertThat(Peer.exchange(this.server.port(), new byte[] { 1 }).end()).isEqualTo(End.FIN);
		this.server.awaitQuiet();
	}

	@Test
	void whileItDrainsNothingCanBeChanged() throws Exception {
		try (DrainingServer draining = new DrainingServer(echo())) {
			EchoServer server = draining.server();
			await().atMost(Duration.ofSeconds(10))
				.until(() -> server.management().get("/listeners/echo").text("/state").equals("DRAINING"));
			Answer refused = change(server, "LISTENING");
			assertThat(refused.status()).isEqualTo(409);
			assertThat(refused.text("/detail")).isEqualTo("Listener echo is DRAINING and cannot become LISTENING");
			assertThat(change(server, "PAUSED").status()).isEqualTo(409);
			draining.finish();
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					/listeners/echo | {"state": "CLOSED"} | 400 | state is 'CLOSED', and must be one of PAUSED, LISTENING
					/listeners/echo | {"state": "paused"} | 400 | state is 'paused', and must be one of PAUSED, LISTENING
					/listeners/echo | {}                  | 400 | state is missing, and must be one of PAUSED, LISTENING
					/listeners/echo | {"stat": "PAUSED"}  | 400 | No parameter here is called 'stat'; these are known: state
					/listeners/echo | {"state": "PAUSED", "name": "eof"} | 400 | name is 'echo' in the path, and must not be 'eof'
					/listeners/echo?name=eof | {"state": "PAUSED"} | 400 | name is 'echo' in the path, and must not be 'eof'
					/listeners/echo?state=LISTENING&force=1 | {"state": "PAUSED"} | 400 | No parameter here is called 'force'; these are known: state
					/listeners/nix  | {"state": "PAUSED"} | 404 | No listener has the name 'nix'
					/listeners/eof  | {"state": "LISTENING"} | 409 | Listener eof is not enabled: DISABLED
					""")
	void whatCannotBeDoneIsRefusedByName(String path, String body, int status, String message) {
		Answer answer = this.server.management().asOperator().post(path, body);
		assertThat(answer.status()).isEqualTo(status);
		assertThat(answer.text("/detail")).isEqualTo(message);
		assertThat(this.server.management().get("/listeners/echo").text("/state")).isEqualTo("LISTENING");
	}

	@Test
	void malformedJsonIsRefused() {
		assertThat(this.server.management().asOperator().post("/listeners/echo", "{\"state\": ").status())
			.isEqualTo(400);
		assertThat(this.server.management().get("/listeners/echo").text("/state")).isEqualTo("LISTENING");
	}

	private static EchoServerBuilder echo() {
		return EchoServer.framing("eof").management().property("spring.security.user.password", Management.PASSWORD);
	}

	private static Answer change(EchoServer server, String state) {
		return server.management().asOperator().post("/listeners/echo", "{\"state\": \"" + state + "\"}");
	}

}
