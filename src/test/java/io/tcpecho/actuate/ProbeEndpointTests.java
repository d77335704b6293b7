package io.tcpecho.actuate;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

import io.tcpecho.testing.EchoServer;
import io.tcpecho.testing.EchoServerBuilder;
import io.tcpecho.testing.Management;
import io.tcpecho.testing.Management.Answer;
import io.tcpecho.testing.ScriptedServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@code /actuator/probe}.
 */
@TestInstance(Lifecycle.PER_CLASS)
class ProbeEndpointTests {

	private final EchoServer server = EchoServer.framing("eof")
		.management()
		.property("tcp-echo.management.unprotected", "true")
		.property("tcp-echo.monitor.allow", "127.0.0.0/8")
		.property("tcp-echo.monitor.targets.slow.timeout", "60s")
		.start();

	@AfterAll
	void stop() {
		this.server.close();
	}

	@Test
	void whenThePathIsWholePrometheusGetsItsMetrics() {
		Answer answer = probe("target=127.0.0.1:" + this.server.port());
		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.header("Content-Type")).startsWith("text/plain").contains("version=0.0.4");
		assertThat(answer.body()).contains("# TYPE probe_success gauge\nprobe_success 1\n")
			.contains("\nprobe_ip_protocol 4\n")
			.contains("\nprobe_echo_verdict_info{verdict=\"OK\",cause=\"\"} 1\n")
			.contains("\nprobe_echo_received_bytes 64\n")
			.containsOnlyOnce("# TYPE probe_echo_duration_seconds gauge")
			.doesNotContain("probe_ssl")
			.endsWith("\n");
		assertThat(answer.body().lines().filter((line) -> line.startsWith("probe_echo_duration_seconds")))
			.extracting((line) -> line.replaceAll(".*phase=\"|\".*", ""))
			.containsExactly("resolve", "connect", "send", "first_byte", "receive");
	}

	@Test
	void whenTheHalfCloseIsLostVerdictAndCauseSaySo() {
		try (ScriptedServer closing = ScriptedServer.running((socket) -> {
			socket.getInputStream().readAllBytes();
			socket.close();
		})) {
			Answer answer = probe("target=127.0.0.1:" + closing.port());
			assertThat(answer.status()).isEqualTo(200);
			assertThat(answer.body()).contains("\nprobe_success 0\n")
				.contains("\nprobe_echo_verdict_info{verdict=\"REPLY_LOST\",cause=\"half-close-lost\"} 1\n")
				.doesNotContain("phase=\"first_byte\"");
			assertThat(probe("debug=true&target=127.0.0.1:" + closing.port()).body())
				.startsWith("Probe of 127.0.0.1:" + closing.port() + " with the settings of default\nREPLY_LOST: ")
				.contains("\nMetrics that would have been returned:\n# HELP probe_success");
		}
	}

	@Test
	void whenJsonIsAcceptedItHasTheMembersOfTheCommand() {
		Answer answer = this.server.management()
			.with("Accept", "application/json")
			.get("/probe?target=127.0.0.1:" + this.server.port());
		JsonNode json = answer.json();
		assertThat(json.propertyNames()).containsExactly("seq", "verdict", "size", "bytesSent", "bytesReceived",
				"connectMillis", "passage", "firstByteMillis", "totalMillis", "detail", "beganAt", "address",
				"localPort", "target", "evidence", "module", "causes");
		assertThat(answer.text("/verdict")).isEqualTo("OK");
		assertThat(answer.text("/target")).isEqualTo("127.0.0.1:" + this.server.port());
		assertThat(answer.text("/evidence/ending")).isEqualTo("FIN");
	}

	@Test
	void whenTheScrapeHasLessTimeTheProbeEndsBeforeIt() {
		try (ScriptedServer silent = ScriptedServer.running((socket) -> {
		})) {
			Answer answer = this.server.management()
				.with("X-Prometheus-Scrape-Timeout-Seconds", "0.6")
				.get("/probe?module=slow&target=127.0.0.1:" + silent.port());
			assertThat(answer.body()).contains("verdict=\"NO_REPLY\"");
			double duration = answer.body()
				.lines()
				.filter((line) -> line.startsWith("probe_duration_seconds "))
				.mapToDouble((line) -> Double.parseDouble(line.split(" ")[1]))
				.sum();
			assertThat(duration).as("half of the scrape's time, and not the 60 s of the module").isBetween(0.3, 30.0);
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					''                      | 400 | target is missing, and must be HOST:PORT
					target=echo             | 400 | target: 'echo' is not HOST:PORT, such as localhost:7007 or [::1]:7007
					target=127.0.0.1:1&module=nix | 400 | module has no settings: there is no tcp-echo.monitor.targets of that name; known: default, slow
					target=127.0.0.1:1&debug=x | 400 | debug is 'x', which cannot be read
					target=127.0.0.1:1&format=JSON | 400 | No parameter here is called 'format'; these are known: target, module, debug
					target=127.0.0.1:1&modul=x | 400 | No parameter here is called 'modul'; these are known: target, module, debug
					target=10.0.0.1:1       | 403 | 10.0.0.1:1 is not allowed: 10.0.0.1 is in no range of tcp-echo.monitor.allow that may stand for it
					target=169.254.169.254:80 | 403 | 169.254.169.254:80 is not allowed: 169.254.169.254 is in no range of tcp-echo.monitor.allow that may stand for it
					target=[::ffff:10.0.0.1]:1 | 403 | [::ffff:10.0.0.1]:1 is not allowed: 10.0.0.1 is in no range of tcp-echo.monitor.allow that may stand for it
					""")
	void whatCannotBeProbedIsRefusedByName(String query, int status, String message) {
		Answer answer = probe(query.replace("[", encoded("[")).replace("]", encoded("]")));
		assertThat(answer.status()).as(answer.body()).isEqualTo(status);
		assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
		assertThat(answer.text("/detail")).isEqualTo(message);
	}

	@Test
	void whenTheTimeOfTheScrapeIsNoNumberItIsRefused() {
		Answer answer = this.server.management()
			.with("X-Prometheus-Scrape-Timeout-Seconds", "NaN")
			.get("/probe?target=127.0.0.1:1");
		assertThat(answer.status()).isEqualTo(400);
		assertThat(answer.text("/detail"))
			.isEqualTo("X-Prometheus-Scrape-Timeout-Seconds is 'NaN', and must be a number of seconds over 0");
	}

	@Test
	void whenNothingIsAllowedTheAnswerSaysHowToSwitchItOnAndNothingRuns() {
		try (EchoServer off = EchoServer.framing("eof")
			.management()
			.property("tcp-echo.management.unprotected", "true")
			.start()) {
			Answer answer = off.management().get("/probe?target=127.0.0.1:" + off.port());
			assertThat(answer.status()).isEqualTo(403);
			assertThat(answer.text("/detail")).isEqualTo(
					"Probes on request are off: set tcp-echo.monitor.allow to the addresses and names that may be"
							+ " probed, such as 10.0.0.0/8, echo.example.com");
			assertThat(off.accepted()).isZero();
		}
	}

	@Test
	void whenThereIsAnOperatorOthersMayNotProbe() {
		EchoServerBuilder builder = EchoServer.framing("eof")
			.management()
			.property("spring.security.user.password", Management.PASSWORD)
			.property("tcp-echo.monitor.allow", "127.0.0.0/8");
		try (EchoServer guarded = builder.start()) {
			String path = "/probe?target=127.0.0.1:" + guarded.port();
			assertThat(List.of(guarded.management().get(path).status(), guarded.management().get("/probes").status()))
				.containsOnly(401);
			assertThat(guarded.management().asOperator().get(path).body()).contains("probe_success 1");
		}
	}

	private Answer probe(String query) {
		return this.server.management().get("/probe?" + query);
	}

	private static String encoded(String text) {
		return URLEncoder.encode(text, StandardCharsets.UTF_8);
	}

}
