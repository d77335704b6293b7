package io.tcpecho.actuate;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

import io.tcpecho.testing.EchoServer;
import io.tcpecho.testing.EchoServerBuilder;
import io.tcpecho.testing.Management;
import io.tcpecho.testing.Management.Answer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The shape of errors, and the page at {@code /}, with management on the server's port
 * and on a separate one.
 */
@TestInstance(Lifecycle.PER_CLASS)
@ExtendWith(OutputCaptureExtension.class)
class ProblemTests {

	private static final String BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8";

	private final EchoServer same = echo().start();

	private final EchoServer separate = echo().property("management.server.port", "0").start();

	@AfterAll
	void stop() {
		this.same.close();
		this.separate.close();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			GET    | /connections?limit=0 |                  | 400
			GET    | /health?verbose=1    |                  | 400
			GET    | /connections/no-1    |                  | 404
			GET    | /metrics/nope        |                  | 404
			GET    | /health/nope         |                  | 404
			GET    | /nope                |                  | 404
			PUT    | /connections         |                  | 405
			DELETE | /listeners           |                  | 405
			GET    | /health              | image/png        | 406
			POST   | /listeners/echo      | text/plain       | 415
			POST   | /listeners/echo      | application/json | 400
			POST   | /listeners/eof       | application/json | 400
			""")
	void everyErrorHasOneShape(String method, String path, @Nullable String type, int status) {
		for (EchoServer server : new EchoServer[] { this.same, this.separate }) {
			Management management = management(server).asOperator();
			if (type != null) {
				management = management.with(method.equals("GET") ? "Accept" : "Content-Type", type);
			}
			assertProblem(management.send(method, path, method.equals("POST") ? "{\"state\": " : ""), status,
					"/actuator" + path.replaceFirst("\\?.*", ""));
		}
	}

	@Test
	void refusedLoginsAndPagesOfOtherSitesHaveItToo() {
		for (EchoServer server : new EchoServer[] { this.same, this.separate }) {
			Management management = management(server);
			assertProblem(management.get("/loggers"), 401, "/actuator/loggers");
			assertThat(management.get("/loggers").header("WWW-Authenticate"))
				.isEqualTo("Basic realm=\"tcp-echo\", charset=\"UTF-8\"");
			assertProblem(management.as("operator", "wrong").get("/loggers"), 401, "/actuator/loggers");
			assertProblem(management.asOperator().with("Origin", "http://evil.example").delete("/connections/no-1"),
					403, "/actuator/connections/no-1");
			assertProblem(management.with("Content-Type", "application/json")
				.send("POST", "/listeners/echo", "x".repeat(65_537)), 413, "/actuator/listeners/echo");
		}
	}

	@Test
	void soHasWhatTomcatItselfRefuses() throws IOException {
		for (String request : new String[] { "GET /[ HTTP/1.1\r\nHost: localhost\r\n\r\n",
				"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", "GET / HTTP/1.1\r\n\r\n",
				"GET /a/..;/b HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n" }) {
			try (Socket socket = new Socket("127.0.0.1", management(this.same).port())) {
				socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
				String response = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
				assertThat(response).as(request)
					.startsWith("HTTP/1.1 400")
					.contains("Content-Type: application/problem+json");
				JsonNode problem = JsonMapper.shared().readTree(response.replaceFirst("(?s).*?\r\n\r\n", ""));
				assertThat(problem.at("/status").asInt()).isEqualTo(400);
			}
		}
	}

	@Test
	void noRequestOfAWrongFormWritesToTheLog(CapturedOutput output) {
		Management operator = management(this.same).asOperator();
		operator.delete("/connections");
		operator.send("PUT", "/connections", "");
		operator.post("/listeners/echo", "{\"state\": ");
		operator.post("/listeners/echo", "[]");
		operator.with("Accept", "image/png").get("/health");
		operator.get("/nope");
		operator.get("/connections?limit=1&limit=2");
		assertThat(output.getAll()).doesNotContainPattern("\\b(WARN|ERROR)\\b");
	}

	@Test
	void theRootSaysWhatThisIsAndLinksToTheEndpoints() {
		for (EchoServer server : new EchoServer[] { this.same, this.separate }) {
			Management management = management(server);
			Answer json = management.at("/").get("");
			assertThat(json.status()).isEqualTo(200);
			assertThat(json.text("/name")).isEqualTo("tcp-echo");
			assertThat(json.text("/_links/actuator/href")).isEqualTo("/actuator");
			assertThat(json.text("/_links/console/href")).isEqualTo("/console/");
			Answer browser = management.with("Accept", BROWSER).at("/").get("");
			assertThat(browser.status()).isEqualTo(302);
			assertThat(browser.header("Location")).isEqualTo("/console/");
			assertProblem(management.at("/").get("?x=1"), 400, "/");
		}
		assertProblem(this.separate.management().asOperator().at("/").get(""), 404, "/");
		try (EchoServer server = echo().property("management.endpoints.web.base-path", "/manage")
			.property("tcp-echo.console.enabled", "false")
			.start()) {
			Answer page = server.management().with("Accept", BROWSER).at("/").get("");
			assertThat(page.header("Content-Type")).isEqualTo("text/html;charset=UTF-8");
			assertThat(page.header("Content-Security-Policy")).isEqualTo("default-src 'none'; frame-ancestors 'none'");
			assertThat(page.body()).contains("<a href=\"/manage\">");
			assertThat(server.management().at("/").get("").json().has("/_links/console")).isFalse();
			assertThat(server.management().at("/").get("").text("/_links/actuator/href")).isEqualTo("/manage");
			assertThat(server.management().at("/manage").get("/loggers").status()).isEqualTo(401);
			assertThat(server.management().at("/manage").get("/health").status()).isEqualTo(200);
		}
	}

	@Test
	void aSeparateServerHasTheEndpointsAndTheOtherHasNone() {
		assertThat(management(this.separate).get("/health").status()).isEqualTo(200);
		assertThat(management(this.separate).asOperator().get("/loggers").status()).isEqualTo(200);
		assertProblem(this.separate.management().asOperator().get("/health"), 404, "/actuator/health");
	}

	private static void assertProblem(Answer answer, int status, String path) {
		assertThat(answer.status()).as(answer.body()).isEqualTo(status);
		assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
		assertThat(answer.json().propertyNames()).containsExactly("detail", "instance", "status", "title");
		assertThat(answer.json().at("/status").asInt()).isEqualTo(status);
		assertThat(answer.text("/instance")).isEqualTo(path);
		assertThat(answer.text("/detail")).isNotEmpty();
		assertThat(answer.text("/title")).isNotEmpty();
	}

	private static Management management(EchoServer server) {
		return new Management(
				Integer.parseInt(server.context().getEnvironment().getRequiredProperty("local.management.port")));
	}

	private static EchoServerBuilder echo() {
		return EchoServer.framing("eof").management().property("spring.security.user.password", Management.PASSWORD);
	}

}
