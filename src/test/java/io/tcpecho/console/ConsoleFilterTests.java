package io.tcpecho.console;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.tcpecho.testing.EchoServer;
import io.tcpecho.testing.EchoServerBuilder;
import io.tcpecho.testing.Management;
import io.tcpecho.testing.Management.Answer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is served below {@code /console/}, and where. The page itself is tested in
 * {@code src/test/console}.
 */
@TestInstance(Lifecycle.PER_CLASS)
class ConsoleFilterTests {

	private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
			+ "img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
			+ "require-trusted-types-for 'script'; trusted-types 'none'";

	/** What the page and all that it loads may take together. */
	private static final int MOST_BYTES = 120 * 1024;

	private static final Path FILES = Path.of("src", "main", "resources", "static", "console");

	private final EchoServer server = echo().start();

	@AfterAll
	void stop() {
		this.server.close();
	}

	@Test
	void everyFileThatThePageLoadsIsServedWithItsTypeAndThePolicyToEveryClient() throws IOException {
		List<String> names = loaded();
		assertThat(names).contains("console.js", "uplot.js", "look.css", "icon.svg");
		int bytes = console().get("").body().length();
		for (String name : names) {
			Answer file = console().get(name);
			assertThat(file.status()).as(name).isEqualTo(200);
			assertThat(file.header("Content-Type")).as(name)
				.startsWith(name.endsWith(".js") ? "text/javascript"
						: name.endsWith(".css") ? "text/css" : "image/svg+xml");
			assertThat(file.header("Content-Security-Policy")).as(name).isEqualTo(POLICY);
			assertThat(file.header("X-Content-Type-Options")).as(name).isEqualTo("nosniff");
			bytes += file.body().length();
		}
		assertThat(bytes).isLessThan(MOST_BYTES);
	}

	@Test
	void everyFileOfTheSourceIsLoadedByThePage() throws IOException {
		try (Stream<Path> files = Files.list(FILES)) {
			assertThat(files.map((file) -> file.getFileName().toString()).filter((name) -> !name.equals("index.html")))
				.isSubsetOf(loaded());
		}
	}

	/**
	 * Return the files that the page names; it names its modules so that none waits for
	 * another.
	 */
	private List<String> loaded() throws IOException {
		List<String> names = new ArrayList<>();
		Matcher matcher = Pattern.compile("(?:href|src)=\"([a-z]+\\.[a-z]+)\"").matcher(console().get("").body());
		while (matcher.find()) {
			if (!names.contains(matcher.group(1))) {
				names.add(matcher.group(1));
			}
		}
		return names;
	}

	@Test
	void thePageIsFoundWithoutItsLastSlash() {
		Answer answer = this.server.management().at("/console").get("");
		assertThat(answer.status()).isEqualTo(302);
		assertThat(answer.header("Location")).isEqualTo("/console/");
	}

	@Test
	void aFileThatHasNotChangedIsNotSentAgain() {
		Answer first = console().get("look.css");
		assertThat(first.header("Cache-Control")).isEqualTo("no-cache");
		Answer again = console().with("If-None-Match", first.header("ETag")).get("look.css");
		assertThat(again.status()).isEqualTo(304);
		assertThat(again.body()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "/console/nope.js", "/console/index.html", "/console/%6cook.css", "/console/uPlot.iife.js",
			"/static/console/look.css", "/look.css", "/webjars/uplot/1.6.30/dist/uPlot.min.css", "/application.yml",
			"/favicon.ico" })
	void nothingElseOfTheClassPathIsServed(String path) {
		assertThat(this.server.management().at(path).get("").status()).as("any client").isEqualTo(401);
		assertThat(this.server.management().asOperator().at(path).get("").status()).as("operator").isEqualTo(404);
	}

	@Test
	void aWriteToAFileNeedsTheOperator() {
		assertThat(console().send("POST", "look.css", "").status()).isEqualTo(401);
		assertThat(console().send("DELETE", "", "").status()).isEqualTo(401);
		assertThat(console().send("HEAD", "look.css", "").status()).isEqualTo(200);
	}

	@Test
	void otherResponsesKeepTheirPolicy() {
		for (String path : List.of("/actuator/listeners", "/", "/nope")) {
			assertThat(this.server.management().at(path).get("").header("Content-Security-Policy")).as(path)
				.isEqualTo("default-src 'none'; frame-ancestors 'none'");
		}
	}

	@Test
	void ifItIsSwitchedOffTheAnswerNamesTheKeyAndNoFileIsServed() {
		try (EchoServer off = echo().property("tcp-echo.console.enabled", "false").start()) {
			Answer answer = off.management().at("/console/").get("");
			assertThat(answer.status()).isEqualTo(404);
			assertThat(answer.text("/detail")).isEqualTo("There is no console here: tcp-echo.console.enabled is false, "
					+ "or is not set and management is not bound to a loopback address");
			assertThat(off.management().at("/console").get("").status()).isEqualTo(404);
			assertThat(off.management().at("/console/look.css").get("").status()).isEqualTo(404);
		}
	}

	@Test
	void onOtherAddressesThereIsNoneUnlessItIsSwitchedOn() {
		try (EchoServer all = echo().property("server.address", "0.0.0.0").start()) {
			assertThat(all.management().at("/console/").get("").status()).isEqualTo(404);
		}
		try (EchoServer all = echo().property("server.address", "0.0.0.0")
			.property("tcp-echo.console.enabled", "true")
			.start()) {
			assertThat(all.management().at("/console/").get("").status()).isEqualTo(200);
		}
	}

	@Test
	void inAPodThereIsNoneEvenOnLoopback() {
		try (EchoServer pod = echo().property("spring.profiles.active", "kubernetes")
			.property("server.address", "127.0.0.1")
			.start()) {
			assertThat(pod.management().at("/console/").get("").status()).isEqualTo(404);
		}
	}

	@Test
	void aSeparateServerOfManagementHasItAndTheOtherHasNot() {
		try (EchoServer separate = echo().property("management.server.port", "0").start()) {
			int port = Integer
				.parseInt(separate.context().getEnvironment().getRequiredProperty("local.management.port"));
			assertThat(new Management(port).at("/console/").get("").status()).isEqualTo(200);
			assertThat(separate.management().at("/console/").get("").status()).isEqualTo(401);
		}
	}

	@Test
	void withoutALoginItIsServedUnderANameOfLoopbackOnly() {
		try (EchoServer open = EchoServer.framing("eof")
			.management()
			.property("spring.profiles.active", "dev")
			.start()) {
			assertThat(open.management().at("/console/").get("").status()).isEqualTo(200);
			assertThat(open.management().at("/console/nope.js").get("").status()).isEqualTo(404);
			assertThat(open.management().at("/console/").getAs("evil.example", "")).contains(" 403");
		}
	}

	private Management console() {
		return this.server.management().at("/console/");
	}

	private static EchoServerBuilder echo() {
		return EchoServer.framing("eof").management().property("spring.security.user.password", Management.PASSWORD);
	}

}
