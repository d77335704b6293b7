package io.tcpecho.actuate;

import java.time.Duration;
import java.util.List;

import io.micrometer.core.instrument.MeterRegistry;
import io.tcpecho.connection.Outcome;
import io.tcpecho.testing.Crowd;
import io.tcpecho.testing.EchoServer;
import io.tcpecho.testing.EchoServerBuilder;
import io.tcpecho.testing.Management;
import io.tcpecho.testing.Management.Answer;
import io.tcpecho.testing.Payload;
import io.tcpecho.testing.Peer;
import io.tcpecho.testing.Peer.End;
import io.tcpecho.testing.Peer.Reply;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * {@code /actuator/faults}, and what shows that a fault is in force.
 */
@TestInstance(Lifecycle.PER_CLASS)
@ExtendWith(OutputCaptureExtension.class)
class FaultsControllerTests {

	private static final String REFUSE = "{\"faults\":[{\"type\":\"refuse\"}],\"for\":\"10m\"}";

	private static final byte[] HELLO = { 'h', 'e', 'l', 'l', 'o' };

	private final EchoServer server = echo().property("tcp-echo.faults.enabled", "true").start();

	private final Management operator = this.server.management().asOperator();

	@AfterEach
	void nothingIsLeftBehind() {
		this.operator.delete("/faults");
		this.server.awaitQuiet();
	}

	@AfterAll
	void stop() {
		this.server.close();
	}

	@Test
	void whenFaultsAreSetTheyAreShownUntilTheyAreRemoved() {
		assertThat(this.operator.get("/faults/echo").json().at("/faults")).isEmpty();
		Answer set = this.operator.put("/faults/echo", """
				{"faults":[{"type":"latency","latency":"20ms","jitter":5},{"type":"corrupt","offset":0}],
				"first":3,"for":"10m","from":"127.0.0.0/8","seed":42}""");
		assertThat(set.status()).as(set.body()).isEqualTo(200);
		JsonNode shown = set.json();
		assertThat(shown.at("/listener").asString()).isEqualTo("echo");
		assertThat(shown.at("/faults").toString()).isEqualTo(
				"[{\"type\":\"latency\",\"latency\":\"20ms\",\"jitter\":5},{\"type\":\"corrupt\",\"offset\":0}]");
		assertThat(shown.at("/first").asInt()).isEqualTo(3);
		assertThat(shown.at("/from").asString()).isEqualTo("127.0.0.0/8");
		assertThat(shown.at("/seed").asInt()).isEqualTo(42);
		assertThat(shown.at("/leftMillis").asLong()).isBetween(1L, 600_000L);
		assertThat(shown.at("/connections").asInt()).isZero();
		assertThat(this.operator.get("/faults").json().at("/listeners/0/seed").asInt()).isEqualTo(42);
		assertThat(this.server.management().get("/listeners/echo").json().at("/faults/faults/1/type").asString())
			.isEqualTo("corrupt");
		assertThat(
				this.server.management().get("/health").json().at("/components/tcpEcho/details/echo/faults").toString())
			.isEqualTo("[\"latency\",\"corrupt\"]");
		Answer removed = this.operator.delete("/faults/echo");
		assertThat(removed.json().at("/faults")).isEmpty();
		assertThat(removed.json().at("/since").isNull()).isTrue();
		assertThat(this.server.management().get("/health").body()).doesNotContain("faults");
	}

	@Test
	void whenAFaultActsTheOutcomeTheMeterAndTheEndpointSaySo() {
		double meter = meter("refuse");
		long outcomes = this.server.outcomes(Outcome.FAULT);
		this.operator.put("/faults/echo", REFUSE);
		assertThat(Peer.connect(this.server.port()).readAfterHalfClose().end()).isEqualTo(End.RST);
		this.server.awaitOutcomes(Outcome.FAULT, outcomes + 1);
		assertThat(meter("refuse")).isEqualTo(meter + 1);
		JsonNode shown = this.operator.get("/faults/echo").json();
		assertThat(shown.at("/connections").asInt()).isOne();
		assertThat(shown.at("/acted/refuse").asInt()).isEqualTo((int) meter + 1);
	}

	private double meter(String type) {
		return this.server.context()
			.getBean(MeterRegistry.class)
			.get("tcp.echo.faults")
			.tags("listener", "echo", "type", type)
			.functionCounter()
			.count();
	}

	@Test
	void theLogHasALineForEachChangeAndForTheEnd(CapturedOutput output) {
		this.operator.put("/faults/echo",
				"{\"faults\":[{\"type\":\"timeout\"}],\"for\":\"10m\",\"seed\":1,\"from\":\"127.0.0.9\"}");
		this.operator.put("/faults/echo", "{\"faults\":[{\"type\":\"no_fin\"}],\"for\":\"10m\",\"seed\":2}");
		this.operator.delete("/faults/echo");
		this.operator.delete("/faults/echo");
		this.operator.put("/faults/echo", "{\"faults\":[{\"type\":\"refuse\"}],\"for\":100,\"seed\":3}");
		await().atMost(Duration.ofSeconds(10))
			.untilAsserted(
					() -> assertThat(output.getOut()).contains("The faults of listener echo have ended after 100ms"));
		assertThat(output.getOut().lines().filter((line) -> line.contains("ListenerFaults")))
			.extracting((line) -> line.replaceAll(".*ListenerFaults +: ", ""))
			.containsExactly("Listener echo has faults from now on: timeout; from 127.0.0.9; seed 1; for 600s",
					"Listener echo has faults from now on: no_fin; seed 2; for 600s",
					"The faults of listener echo were removed",
					"Listener echo has faults from now on: refuse; seed 3; for 100ms",
					"The faults of listener echo have ended after 100ms");
		assertThat(Peer.exchange(this.server.port(), HELLO)).isEqualTo(new Reply(HELLO, End.FIN));
	}

	@Test
	void whenTheTimeIsOverAConnectionThatWasHeldBackGetsItsReply() {
		this.operator.put("/faults/echo", "{\"faults\":[{\"type\":\"timeout\"}],\"for\":\"500ms\"}");
		assertThat(Peer.exchange(this.server.port(), HELLO)).isEqualTo(new Reply(HELLO, End.FIN));
		assertThat(this.server.outcomes(Outcome.WRITE_TIMEOUT)).isZero();
	}

	@Test
	void whenAFaultStallsForLongerThanTheWriteTimeoutItIsNoWriteTimeout() {
		try (EchoServer impatient = echo().property("tcp-echo.faults.enabled", "true")
			.listener("timeouts.idle", "100ms")
			.listener("timeouts.message", "100ms")
			.listener("timeouts.write", "100ms")
			.start()) {
			impatient.management()
				.asOperator()
				.put("/faults/echo", "{\"faults\":[{\"type\":\"latency\",\"latency\":\"700ms\"}],\"for\":\"10m\"}");
			assertThat(Peer.exchange(impatient.port(), HELLO)).isEqualTo(new Reply(HELLO, End.FIN));
			impatient.awaitOutcomes(Outcome.FAULT, 1);
		}
	}

	@Test
	void whenFaultsComeAndGoUnderLoadNoOtherClientSeesAWrongByte() {
		byte[] message = Payload.random(3_000, 1);
		try (Crowd crowd = Crowd.start(4, Integer.MAX_VALUE,
				(number) -> assertThat(Peer.exchange(this.server.port(), message))
					.isEqualTo(new Reply(message, End.FIN)))) {
			for (int round = 0; round < 15; round++) {
				this.operator.put("/faults/echo",
						"{\"faults\":[{\"type\":\"corrupt\",\"offset\":7}],\"for\":\"1m\",\"from\":\"127.0.0.9\"}");
				byte[] corrupt = message.clone();
				corrupt[7] = (byte) ~corrupt[7];
				assertThat(exchangeFrom("127.0.0.9", message)).isEqualTo(new Reply(corrupt, End.FIN));
				this.operator.delete("/faults/echo");
				assertThat(exchangeFrom("127.0.0.9", message)).isEqualTo(new Reply(message, End.FIN));
			}
			assertThat(crowd.rounds()).isGreaterThan(15);
			crowd.stop();
		}
	}

	private Reply exchangeFrom(String address, byte[] message) {
		try (Peer peer = Peer.connectFrom(address, this.server.port())) {
			return peer.send(message).halfClose().readToEnd();
		}
	}

	@Test
	void eachChangeIsRecordedWithTheOperator(CapturedOutput output) {
		this.operator.put("/faults/echo", "{\"faults\":[{\"type\":\"no_fin\"}],\"for\":\"10m\"}");
		this.operator.delete("/faults");
		assertThat(output.getOut().lines().filter((line) -> line.contains("tcpecho.audit")))
			.extracting((line) -> line.replaceAll(".*tcpecho.audit +: ", ""))
			.containsExactly("change faults echo {faults=[{type=no_fin}], for=10m} by operator from 127.0.0.1: done",
					"delete faults by operator from 127.0.0.1: done");
	}

	// Refusals

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			textBlock = """
					/faults/nix  | {"faults":[{"type":"refuse"}],"for":"1m"} | 404 | No enabled listener has the name 'nix'
					/faults/eof  | {"faults":[{"type":"refuse"}],"for":"1m"} | 404 | No enabled listener has the name 'eof'
					/faults/echo | {"faults":[{"type":"refuse"}]}            | 400 | for is missing; it says how long the faults last, at most 3600s (tcp-echo.faults.max-time)
					/faults/echo | {"faults":[{"type":"no_close_notify"}],"for":"1m"} | 400 | faults[0].type is no_close_notify, which needs TLS; listener echo has none
					""")
	void whatCannotBeSetIsRefusedByName(String path, String body, int status, String message) {
		Answer answer = this.operator.put(path, body);
		assertThat(answer.status()).isEqualTo(status);
		assertThat(answer.text("/detail")).isEqualTo(message);
		assertThat(this.operator.get("/faults/echo").json().at("/faults")).isEmpty();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			{"faults":
			[]
			7
			null
			""")
	void aBodyThatIsNoObjectIsRefused(String body) {
		assertThat(this.operator.put("/faults/echo", body).status()).isEqualTo(400);
	}

	@Test
	void onlyTheOperatorSeesAndSetsFaults() {
		Management anybody = this.server.management();
		for (Answer answer : List.of(anybody.get("/faults"), anybody.get("/faults/echo"),
				anybody.put("/faults/echo", REFUSE), anybody.delete("/faults"), anybody.delete("/faults/echo"))) {
			assertThat(answer.status()).isEqualTo(401);
		}
		assertThat(this.operator.with("Origin", "http://evil.example").put("/faults/echo", REFUSE).status())
			.isEqualTo(403);
		assertThat(this.operator.with("Content-Type", "text/plain").send("PUT", "/faults/echo", REFUSE).status())
			.isEqualTo(415);
		assertThat(this.operator.get("/faults/echo").json().at("/faults")).isEmpty();
	}

	@Test
	void unlessTheyAreEnabledNothingOfThemExists() {
		try (EchoServer plain = echo().start()) {
			Management management = plain.management().asOperator();
			Answer set = management.put("/faults/echo", REFUSE);
			assertThat(set.status()).as(set.body()).isEqualTo(404);
			assertThat(management.put("/faults/echo", "no JSON").status()).isEqualTo(404);
			assertThat(management.get("/faults").status()).isEqualTo(404);
			assertThat(management.get("/metrics/tcp.echo.faults").status()).isEqualTo(404);
			assertThat(management.get("/listeners/echo").json().at("/faults").isNull()).isTrue();
			assertThat(plain.listener().getFaults()).isEmpty();
		}
	}

	@Test
	void whenManagementHasAPortOfItsOwnFaultsAreThereAndNotOnTheOther() {
		try (EchoServer separate = echo().property("tcp-echo.faults.enabled", "true")
			.property("management.server.port", "0")
			.start()) {
			Management there = new Management(
					Integer.parseInt(separate.context().getEnvironment().getRequiredProperty("local.management.port")));
			for (Answer refused : List.of(there.get("/faults"), there.put("/faults/echo", REFUSE),
					there.delete("/faults"))) {
				assertThat(refused.status()).isEqualTo(401);
			}
			Answer set = there.asOperator().put("/faults/echo", REFUSE);
			assertThat(set.status()).as(set.body()).isEqualTo(200);
			assertThat(Peer.connect(separate.port()).readAfterHalfClose().end()).isEqualTo(End.RST);
			Answer wrong = there.asOperator().put("/faults/echo", "[]");
			assertThat(wrong.status()).as(wrong.body()).isEqualTo(400);
			Management other = separate.management().asOperator();
			for (Answer absent : List.of(other.get("/faults"), other.put("/faults/echo", REFUSE),
					other.delete("/faults"))) {
				assertThat(absent.status()).as(absent.body()).isEqualTo(404);
			}
		}
	}

	@ParameterizedTest
	@CsvSource({ "/, '', ", "/manage/, /manage, ", "/, '', 0", "/manage/, /manage, 0" })
	void whenTheEndpointsHaveAnotherPathSoHaveFaults(String configured, String path, @Nullable String port) {
		EchoServerBuilder builder = echo().property("tcp-echo.faults.enabled", "true")
			.property("management.endpoints.web.base-path", configured);
		if (port != null) {
			builder.property("management.server.port", port);
		}
		try (EchoServer moved = builder.start()) {
			Management there = new Management(
					Integer.parseInt(moved.context().getEnvironment().getRequiredProperty("local.management.port")))
				.at(path);
			assertThat(there.get("/faults").status()).isEqualTo(401);
			Answer set = there.asOperator().put("/faults/echo", REFUSE);
			assertThat(set.status()).as(set.body()).isEqualTo(200);
			assertThat(there.asOperator().at("/actuator").get("/faults").status()).isEqualTo(404);
		}
	}

	private static EchoServerBuilder echo() {
		return EchoServer.framing("eof").management().property("spring.security.user.password", Management.PASSWORD);
	}

}
