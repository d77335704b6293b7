package io.tcpecho.server;

import java.time.Duration;

import io.tcpecho.connection.Outcome;
import io.tcpecho.testing.EchoServer;
import io.tcpecho.testing.Management;
import io.tcpecho.testing.Peer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The logger {@code tcpecho.access}.
 */
@ExtendWith(OutputCaptureExtension.class)
class AccessLogTests {

	@Test
	void itIsOffUnlessItIsSwitchedOn(CapturedOutput output) {
		try (EchoServer server = EchoServer.framing("eof").start()) {
			exchange(server, 1);
			assertThat(output).doesNotContain("tcpecho.access");
		}
	}

	@Test
	void eachConnectionIsALine(CapturedOutput output) {
		try (EchoServer server = EchoServer.framing("eof")
			.listener("max-message-size", "5B")
			.property("logging.level.tcpecho.access", "info")
			.start()) {
			exchange(server, 1);
			try (Peer peer = Peer.connect(server.port())) {
				peer.trySend("too long".getBytes()).readToEnd();
			}
			server.awaitOutcomes(Outcome.OVERSIZE, 1);
			server.awaitQuiet();
			assertThat(output.getOut().lines().filter((line) -> line.contains("tcpecho.access")))
				.satisfiesExactly((line) -> assertThat(line).matches(
						".* INFO .* : echo-1 from 127\\.0\\.0\\.1:\\d+: replied \\(FIN\\), in 5 bytes, out 5 bytes, "
								+ "messages 1, \\d+ ms"),
						(line) -> assertThat(line).matches(
								".*: echo-2 from .*: oversize \\(RST\\), in \\d bytes, out 0 bytes, messages 0, .*"));
		}
	}

	@Test
	void withStructuredLoggingEachConnectionIsAnObject(CapturedOutput output) {
		try (EchoServer server = EchoServer.framing("eof")
			.property("logging.structured.format.console", "ecs")
			.property("logging.level.tcpecho.access", "info")
			.start()) {
			exchange(server, 1);
			String line = output.getOut()
				.lines()
				.filter((text) -> text.contains("tcpecho.access"))
				.findFirst()
				.orElseThrow();
			JsonNode json = JsonMapper.shared().readTree(line);
			assertThat(json.at("/listener").asString()).isEqualTo("echo");
			assertThat(json.at("/peer").asString()).startsWith("127.0.0.1:");
			assertThat(json.at("/bytesIn").asInt()).isEqualTo(5);
			assertThat(json.at("/bytesOut").asInt()).isEqualTo(5);
			assertThat(json.at("/messages").asInt()).isEqualTo(1);
			assertThat(json.at("/durationMillis").isNumber()).isTrue();
			assertThat(json.at("/outcome").asString()).isEqualTo("replied");
			assertThat(json.at("/end").asString()).isEqualTo("FIN");
		}
	}

	@Test
	void theOperatorSwitchesItOnAndOffAtRunTime(CapturedOutput output) {
		try (EchoServer server = EchoServer.framing("eof")
			.management()
			.property("spring.security.user.password", Management.PASSWORD)
			.start()) {
			Management operator = server.management().asOperator();
			exchange(server, 1);
			assertThat(operator.post("/loggers/tcpecho.access", "{\"configuredLevel\": \"INFO\"}").status())
				.isEqualTo(204);
			exchange(server, 2);
			assertThat(operator.post("/loggers/tcpecho.access", "{\"configuredLevel\": \"OFF\"}").status())
				.isEqualTo(204);
			exchange(server, 3);
			assertThat(output.getOut().lines().filter((line) -> line.contains("] tcpecho.access"))).singleElement()
				.asString()
				.contains("echo-2 from");
		}
	}

	private static void exchange(EchoServer server, int number) {
		assertThat(Peer.exchange(server.port(), "hello".getBytes()).text()).isEqualTo("hello");
		await().atMost(Duration.ofSeconds(10)).until(() -> server.outcomes(Outcome.REPLIED) == number);
		server.awaitQuiet();
	}

}
