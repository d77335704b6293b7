package io.tcpecho.actuate;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import io.tcpecho.testing.EchoServer;
import io.tcpecho.testing.EchoServerBuilder;
import io.tcpecho.testing.FreePort;
import io.tcpecho.testing.Management;
import io.tcpecho.testing.Management.Answer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Who may use which endpoint.
 */
@TestInstance(Lifecycle.PER_CLASS)
@ExtendWith(OutputCaptureExtension.class)
class SecurityTests {

	/** Every endpoint that Spring Boot or this project has, open or not. */
	private static final Set<String> ALL = new TreeSet<>(
			List.of("auditevents", "beans", "caches", "conditions", "configprops", "connections", "env", "flyway",
					"health", "heapdump", "httpexchanges", "info", "integrationgraph", "jolokia", "liquibase",
					"listeners", "logfile", "loggers", "mappings", "metrics", "prometheus", "quartz", "refresh",
					"restart", "sbom", "scheduledtasks", "sessions", "shutdown", "startup", "threaddump"));

	private static final Set<String> OPEN_TO_ALL = Set.of("connections", "health", "info", "integrationgraph",
			"listeners", "metrics", "prometheus", "sbom");

	private static final Set<String> OPEN_TO_ALL_IN_A_POD = Set.of("health", "prometheus");

	private static final Set<String> OPEN_TO_THE_OPERATOR = with(OPEN_TO_ALL, "loggers", "auditevents");

	/** Started once: a test may change the state of its listener, no more. */
	private final EchoServer server = echo().listener("port", FreePort.next()).start();

	@AfterEach
	void listenAgain() {
		this.server.listener().resume();
	}

	@AfterAll
	void stop() {
		this.server.close();
	}

	@Test
	void byDefaultAnybodyReadsWhatIsHarmlessAndTheOperatorTheRest() {
		assertThat(readable(this.server.management())).isEqualTo(OPEN_TO_ALL);
		assertThat(readable(this.server.management().asOperator())).isEqualTo(OPEN_TO_THE_OPERATOR);
		assertThat(this.server.management().get("").status()).isEqualTo(200);
		for (String id : ALL) {
			assertThat(this.server.management().get("/" + id).status()).as(id)
				.isEqualTo(OPEN_TO_ALL.contains(id) ? 200 : 401);
		}
	}

	@Test
	void inAPodAnybodyReadsHealthAndMetersOnly() {
		try (EchoServer server = echo().property("spring.profiles.active", "kubernetes").start()) {
			assertThat(readable(server.management())).isEqualTo(OPEN_TO_ALL_IN_A_POD);
			assertThat(readable(server.management().asOperator())).isEqualTo(OPEN_TO_THE_OPERATOR);
			assertThat(server.management().get("/health/readiness").status()).isEqualTo(200);
			assertThat(server.management().get("/health").body()).doesNotContain("echo");
		}
	}

	@Test
	void inDevelopmentEverythingIsOpenOnLoopbackAndUnderItsOwnNameOnly() {
		try (EchoServer server = EchoServer.framing("eof")
			.management()
			.property("spring.profiles.active", "dev")
			.start()) {
			assertThat(server.management().get("/env").status()).isEqualTo(200);
			assertThat(server.management().post("/listeners/echo", "{\"state\": \"PAUSED\"}").status()).isEqualTo(200);
			assertThat(server.management()
				.with("Origin", "http://evil.example")
				.post("/listeners/echo", "{\"state\": \"LISTENING\"}")
				.status()).isEqualTo(403);
			for (String name : List.of("localhost", "LOCALHOST:8080", "127.0.0.1", "127.0.0.1:1", "[::1]:8080")) {
				assertThat(server.management().getAs(name, "/env")).as(name).startsWith("HTTP/1.1 200");
			}
			for (String name : List.of("evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "127.1.2",
					"[::2]", "10.0.0.1", "")) {
				assertThat(server.management().getAs(name, "/env")).as(name).startsWith("HTTP/1.1 403");
			}
			assertThat(server.management().getAs("evil.example\r\nX-Forwarded-Host: localhost", "/env"))
				.startsWith("HTTP/1.1 403");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "none", "native", "framework" })
	void theGuardAgainstDnsRebindingReadsTheHostHeaderThatWasSent(String strategy) {
		try (EchoServer server = EchoServer.framing("eof")
			.management()
			.property("spring.profiles.active", "dev")
			.property("server.forward-headers-strategy", strategy)
			.start()) {
			for (String header : List.of("X-Forwarded-Host: localhost", "Forwarded: host=localhost",
					"X-Forwarded-For: 127.0.0.1\r\nX-Forwarded-Host: localhost\r\nX-Forwarded-Proto: http")) {
				assertThat(server.management().getAs("evil.example\r\n" + header, "/env")).as(header)
					.startsWith("HTTP/1.1 403");
			}
			assertThat(server.management().getAs("localhost", "/env")).startsWith("HTTP/1.1 200");
		}
	}

	@Test
	void everythingIsNotOpenOnAnotherAddress() {
		assertThatThrownBy(() -> EchoServer.framing("eof")
			.property("tcp-echo.management.unprotected", "true")
			.property("server.address", "0.0.0.0")
			.start())
			.hasRootCauseMessage("The configuration of tcp-echo is refused: "
					+ "tcp-echo.management.unprotected is true, and server.address is 0.0.0.0, which is not a loopback address "
					+ "(argument --tcp-echo.management.unprotected; argument --server.address)");
	}

	@ParameterizedTest
	@CsvSource({ "POST,/listeners/echo", "DELETE,/connections/echo-1", "POST,/loggers/tcpecho.access",
			"PUT,/listeners/echo", "PATCH,/info", "POST,/shutdown" })
	void aWriteNeedsTheOperator(String method, String path) {
		Management management = this.server.management();
		assertThat(send(management, method, path).status()).isEqualTo(401);
		assertThat(send(management.as("operator", "wrong"), method, path).status()).isEqualTo(401);
		assertThat(send(management.as("nobody", Management.PASSWORD), method, path).status()).isEqualTo(401);
		assertThat(management.get("/listeners/echo").text("/state")).isEqualTo("LISTENING");
		assertThat(send(management.asOperator(), method, path).status()).isNotIn(401, 403);
	}

	@Test
	void withoutAPasswordThereIsNoOperatorAndNoBrowserAsksForOne(CapturedOutput output) {
		try (EchoServer server = EchoServer.framing("eof").management().start()) {
			assertForbiddenWithoutAChallenge(send(server.management(), "POST", "/listeners/echo"));
			for (String path : List.of("/nope", "/loggers", "/auditevents")) {
				assertForbiddenWithoutAChallenge(server.management().get(path));
			}
			for (String password : List.of("", "password", "null", "{noop}")) {
				assertForbiddenWithoutAChallenge(
						send(server.management().as("operator", password), "POST", "/listeners/echo"));
			}
			assertThat(output).containsOnlyOnce("No operator is configured (spring.security.user.password): "
					+ "management answers reads of the public endpoints only");
			assertThat(server.management().get("/listeners/echo").text("/state")).isEqualTo("LISTENING");
		}
	}

	private static void assertForbiddenWithoutAChallenge(Answer answer) {
		assertThat(answer.status()).isEqualTo(403);
		assertThat(answer.header("WWW-Authenticate")).isEmpty();
		assertThat(answer.text("/detail")).isEqualTo("This request needs an operator, and none is configured: "
				+ "spring.security.user.password is not set");
	}

	@Test
	void whoHasAnotherRoleIsForbidden() {
		try (EchoServer server = echo().property("spring.security.user.roles", "VIEWER").start()) {
			assertThat(send(server.management().asOperator(), "POST", "/listeners/echo").status()).isEqualTo(403);
			assertThat(server.management().asOperator().get("/loggers").status()).isEqualTo(403);
		}
	}

	@Test
	void aPasswordMayBeEncoded() {
		String encoded = "{bcrypt}" + new BCryptPasswordEncoder(4).encode(Management.PASSWORD);
		try (EchoServer server = echo().property("spring.security.user.password", encoded).start()) {
			assertThat(server.management().asOperator().get("/loggers").status()).isEqualTo(200);
			assertThat(server.management().as("operator", encoded).get("/loggers").status()).isEqualTo(401);
		}
	}

	@ParameterizedTest
	@CsvSource({ "Origin,http://evil.example,403", "Origin,null,403", "Origin,'',403", "Sec-Fetch-Site,cross-site,403",
			"Sec-Fetch-Site,same-site,403", "Sec-Fetch-Site,same-origin,200", "Sec-Fetch-Site,none,200" })
	void aWriteOfAnotherSitesPageIsRefused(String header, String value, int status) {
		Management operator = this.server.management().asOperator();
		assertThat(operator.with(header, value).post("/listeners/echo", "{\"state\": \"PAUSED\"}").status())
			.isEqualTo(status);
		assertThat(this.server.management().get("/listeners/echo").text("/state"))
			.isEqualTo((status == 200) ? "PAUSED" : "LISTENING");
		assertThat(this.server.management().with(header, value).get("/info").status()).isEqualTo(200);
	}

	@ParameterizedTest
	@CsvSource({ "text/plain,415", "application/x-www-form-urlencoded,415", "nonsense,415", "application/json,200",
			"application/vnd.spring-boot.actuator.v3+json,200" })
	void aWriteWithABodyThatIsNotJsonIsRefused(String contentType, int status) {
		assertThat(this.server.management()
			.asOperator()
			.with("Content-Type", contentType)
			.send("POST", "/listeners/echo", "{\"state\": \"PAUSED\"}")
			.status()).isEqualTo(status);
		assertThat(this.server.management().get("/listeners/echo").text("/state"))
			.isEqualTo((status == 200) ? "PAUSED" : "LISTENING");
	}

	@Test
	void answersAreNeitherCachedNorSniffedNorFramedAndMakeNoSession() {
		for (Answer answer : List.of(this.server.management().get("/connections"), this.server.management().get("/env"),
				this.server.management().asOperator().get("/loggers"))) {
			assertThat(answer.header("Cache-Control")).contains("no-store");
			assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
			assertThat(answer.header("X-Frame-Options")).isEqualTo("DENY");
			assertThat(answer.header("Content-Security-Policy"))
				.isEqualTo("default-src 'none'; frame-ancestors 'none'");
			assertThat(answer.header("Set-Cookie")).isEmpty();
		}
	}

	private static EchoServerBuilder echo() {
		return EchoServer.framing("eof")
			.management()
			.property("server.address", "127.0.0.1")
			.property("spring.security.user.password", Management.PASSWORD);
	}

	private static Answer send(Management management, String method, String path) {
		return method.equals("DELETE") ? management.delete(path)
				: management.with("Content-Type", "application/json")
					.send(method, path,
							path.contains("loggers") ? "{\"configuredLevel\": \"OFF\"}" : "{\"state\": \"PAUSED\"}");
	}

	private static Set<String> readable(Management management) {
		Set<String> readable = new TreeSet<>();
		for (String id : ALL) {
			if (management.get("/" + id).status() == 200) {
				readable.add(id);
			}
		}
		return readable;
	}

	private static Set<String> with(Set<String> set, String... more) {
		Set<String> all = new TreeSet<>(set);
		all.addAll(List.of(more));
		return all;
	}

}
