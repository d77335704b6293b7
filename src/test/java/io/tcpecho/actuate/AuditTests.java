package io.tcpecho.actuate;

import java.util.List;

import io.tcpecho.testing.EchoServer;
import io.tcpecho.testing.EchoServerBuilder;
import io.tcpecho.testing.Management;
import io.tcpecho.testing.Peer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.actuate.audit.AuditEvent;
import org.springframework.boot.actuate.audit.AuditEventRepository;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The logger {@code tcpecho.audit} and {@code /actuator/auditevents}.
 */
@ExtendWith(OutputCaptureExtension.class)
class AuditTests {

	@Test
	void eachActionOfAnOperatorIsALineWithItsResult(CapturedOutput output) {
		try (EchoServer server = echo().start(); Peer peer = Peer.connect(server.port())) {
			peer.send("open");
			server.awaitOpen(1);
			Management operator = server.management().asOperator();
			operator.delete("/connections/echo-1");
			operator.delete("/connections/echo-1");
			operator.post("/listeners/echo", "{\"state\": \"PAUSED\"}");
			operator.post("/listeners/echo", "{\"state\": \"LISTENING\"}");
			operator.post("/listeners/echo", "{\"state\": \"CLOSED\"}");
			operator.post("/loggers/tcpecho.access", "{\"configuredLevel\": \"INFO\"}");
			operator.post("/loggers/tcpecho.access", "{\"configuredLevel\": \"LOUD\"}");
			assertThat(lines(output)).containsExactly("delete connections id=echo-1 by operator from 127.0.0.1: done",
					"delete connections id=echo-1 by operator from 127.0.0.1: "
							+ "refused (404): No open connection has the id 'echo-1'",
					"change listeners name=echo state=PAUSED by operator from 127.0.0.1: done",
					"change listeners name=echo state=LISTENING by operator from 127.0.0.1: done",
					"change listeners name=echo state=CLOSED by operator from 127.0.0.1: "
							+ "refused (400): state is 'CLOSED', and must be one of PAUSED, LISTENING",
					"change loggers name=tcpecho.access configuredLevel=INFO by operator from 127.0.0.1: done",
					"change loggers name=tcpecho.access configuredLevel=LOUD by operator from 127.0.0.1: "
							+ "refused (400): configuredLevel is 'LOUD', and must be one of "
							+ "TRACE, DEBUG, INFO, WARN, ERROR, FATAL, OFF");
			JsonNode events = operator.get("/auditevents").json().at("/events");
			assertThat(events).hasSize(7);
			assertThat(events.get(2).at("/principal").asString()).isEqualTo("operator");
			assertThat(events.get(2).at("/type").asString()).isEqualTo("OPERATION");
			assertThat(events.get(2).at("/data/action").asString())
				.isEqualTo("change listeners name=echo state=PAUSED");
			assertThat(events.get(2).at("/data/address").asString()).isEqualTo("127.0.0.1");
			assertThat(events.get(2).at("/data/result").asString()).isEqualTo("done");
		}
	}

	@Test
	void readsAndLoginsThatSucceedAreNotRecorded(CapturedOutput output) {
		try (EchoServer server = echo().start()) {
			assertThat(server.management().asOperator().get("/loggers").status()).isEqualTo(200);
			assertThat(server.management().get("/connections").status()).isEqualTo(200);
			assertThat(server.management().get("/env").status()).isEqualTo(401);
			assertThat(lines(output)).isEmpty();
		}
	}

	@Test
	void refusedLoginsAreWarningsThatNoClientCanMultiplyOrForge(CapturedOutput output) {
		try (EchoServer server = echo().start()) {
			for (int i = 0; i < 50; i++) {
				server.management().as("root\r\n2026 INFO forged", "wrong").get("/loggers");
			}
			assertThat(server.management().with("Authorization", "Basic %%%").get("/loggers").status()).isEqualTo(401);
			List<String> lines = lines(output);
			assertThat(lines).hasSizeBetween(1, 30);
			assertThat(lines.get(0)).isEqualTo("refused the login of 'root\\u000d\\u000a2026 INFO forged' "
					+ "from 127.0.0.1: wrong name or password");
			assertThat(output.getOut().lines()).noneMatch((line) -> line.startsWith("2026 INFO forged"));
		}
	}

	@Test
	void theBeginningAndTheEndOfADrainAreRecorded(CapturedOutput output) {
		EchoServer server = echo().property("tcp-echo.drain.timeout", "200ms").start();
		AuditEventRepository events = server.context().getBean(AuditEventRepository.class);
		try (Peer peer = Peer.connect(server.port())) {
			server.awaitOpen(1);
			peer.send("unfinished");
			server.close();
			assertThat(lines(output)).satisfiesExactly(
					(line) -> assertThat(line).isEqualTo("Stopping: 1 connection is open, and may finish within 200ms"),
					(line) -> assertThat(line)
						.matches("Drained in \\d+ ms: 1 connection was open, 0 ended by themselves, 1 is reset"));
			assertThat(events.find("server", null, null)).extracting(AuditEvent::getType)
				.containsExactly("DRAIN_BEGAN", "DRAIN_ENDED");
		}
	}

	@Test
	void whatATimeoutResetsDuringTheDrainHasNotEndedByItself(CapturedOutput output) {
		EchoServer server = echo().listener("timeouts.idle", "100ms").property("tcp-echo.drain.timeout", "20s").start();
		try (Peer peer = Peer.connect(server.port())) {
			server.awaitOpen(1);
			peer.send("unfinished");
			server.close();
			assertThat(lines(output)).element(1)
				.asString()
				.matches("Drained in \\d+ ms: . connections? (was|were) open, 0 ended by themselves, . (is|are) reset");
		}
	}

	private static EchoServerBuilder echo() {
		return EchoServer.framing("eof").management().property("spring.security.user.password", Management.PASSWORD);
	}

	private static List<String> lines(CapturedOutput output) {
		return output.getOut()
			.lines()
			.filter((line) -> line.contains("] tcpecho.audit"))
			.map((line) -> line.replaceFirst(".*?\\] tcpecho\\.audit +: ", ""))
			.toList();
	}

}
