package io.tcpecho.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

import io.tcpecho.framing.Framing;
import io.tcpecho.testing.EchoServer;
import io.tcpecho.testing.NioServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The arguments and the output of {@code path}, on a path without limits.
 */
class PathCommandTests {

	private static EchoServer lab;

	/** A lab that allows longer waits than any measurement here. */
	private static EchoServer patient;

	@TempDir
	Path directory;

	@BeforeAll
	static void start() {
		lab = EchoServer.framing("eof").listener("service", "lab").listener("lab.max-wait", "700ms").start();
		patient = EchoServer.framing("eof").listener("service", "lab").start();
	}

	@AfterAll
	static void stop() {
		lab.close();
		patient.close();
	}

	@Test
	void whenAMeasurementIsNamedOnlyThatIsMade() {
		Invocation path = path("mtu");
		assertThat(path.out()).isEqualTo("""
				mtu, client to server: NO_LIMIT_FOUND: no limit up to 65,536 bytes
				mtu, server to client: NO_LIMIT_FOUND: no limit up to 65,536 bytes
				""");
		assertThat(path.err()).isEqualTo("mtu: takes at most 66 s\n");
		assertThat(path.exitCode()).isZero();
		lab.awaitQuiet();
	}

	@Test
	void whenTheLabAllowsNoLongerWaitTheResultSaysSo() {
		assertThat(path("half-close --max-half-close 1s").out())
			.isEqualTo("half-close: NOT_MEASURABLE: the shortest, 1 s, fails: RST after 57 bytes\n");
	}

	@Test
	void whenJsonIsAskedForEachResultIsAnObject() {
		Invocation path = path("idle --max-idle 1s --json");
		JsonNode finding = JsonMapper.shared().readTree(path.out());
		assertThat(finding.at("/measurement").asString()).isEqualTo("idle");
		assertThat(finding.at("/result").asString()).isEqualTo("NO_LIMIT_FOUND");
		assertThat(finding.at("/text").asString()).isEqualTo("no limit up to 1 s");
		assertThat(finding.at("/unit").asString()).isEqualTo("ms");
		assertThat(finding.at("/good").asLong()).isEqualTo(1_000);
		assertThat(finding.at("/bad").isNull()).isTrue();
		assertThat(finding.at("/steps").toString()).isEqualTo("[{\"value\":1000,\"passed\":true,\"what\":\"OK\"}]");
	}

	@Test
	void whenAReportIsAskedForThePageHasAPictureOfTheLadder() throws IOException {
		Path page = this.directory.resolve("path.html");
		assertThat(path("mtu --report " + page).exitCode()).isZero();
		assertThat(page).content()
			.contains("<h1>Path to 127.0.0.1:" + lab.port() + "</h1>", "<h2>mtu, client to server</h2>",
					"<td class='number'>65,536 B</td><td><span class='bar plot-1' style='width:100.0%'></span></td>",
					"<th>Longest idle time</th><td>360 s</td>");
		Invocation again = path("mtu --report " + page);
		assertThat(again.exitCode()).isEqualTo(2);
		assertThat(again.err()).contains("--report " + page + " exists; --force replaces it");
		Files.writeString(page, "old");
		assertThat(path("mtu --force --report " + page).exitCode()).isZero();
		assertThat(page).content().startsWith("<!DOCTYPE html>");
	}

	@Test
	void whenThePageCannotBeWrittenAtTheEndTheErrorIsShownWithEscapes() {
		Invocation path = path("mtu --report " + this.directory.resolve("\u0007" + "x".repeat(300)));
		assertThat(path.exitCode()).isEqualTo(ExitCode.LOCAL_ERROR.number());
		assertThat(path.err()).contains("\\u0007xxx").doesNotContain("\u0007");
	}

	@Test
	void whenThePageCouldNotBeWrittenNothingIsMeasured() {
		Invocation path = path("mtu --report /no/such/directory/path.html");
		assertThat(path.exitCode()).isEqualTo(2);
		assertThat(path.out()).isEmpty();
		assertThat(path.err()).contains("--report /no/such/directory/path.html is in no directory that exists");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"',
			value = { "mtu sizes | 'sizes' is none of mtu, idle, half-close, ends",
					"--max-idle 999ms | max-idle is 999 ms, and must be between 1000 and 86400000 ms",
					"--max-half-close 25h | max-half-close is 90000000 ms, and must be between 1000 and 86400000 ms",
					"--timeout 99ms | timeout is 99 ms, and must be between 100 and 60000 ms",
					"--keepalive 999ms | keepalive is 999 ms, and must be between 1000 and 32767000 ms",
					"--keepalive 1500ms | keepalive is 1500 ms, and must be whole seconds",
					"-4 -6 | -4 and -6 exclude each other" })
	void whenAnArgumentIsWrongItIsRefused(String arguments, String problem) {
		Invocation path = path(arguments);
		assertThat(path.exitCode()).isEqualTo(2);
		assertThat(path.err()).isEqualTo("tcp-echo path: " + problem + " (see tcp-echo path --help)\n");
	}

	@Test
	void whenTheFarEndIsAPlainEchoWhatNeedsALabIsNamed() {
		try (NioServer echo = NioServer.framing(Framing.EOF).start()) {
			Invocation path = Invocation.of("path 127.0.0.1:" + echo.port() + " mtu half-close ends");
			assertThat(path.out()).isEqualTo(
					"""
							mtu, both directions: NO_LIMIT_FOUND: no limit up to 1,500 bytes; 9,000 bytes: RST at once, \
							which is an answer and no lost packet (the far end's max-message-size?)
							half-close: NOT_MEASURABLE: needs a lab at the far end (service: lab), and this is an echo that \
							half-closes
							ends: NOT_MEASURABLE: needs a lab at the far end (service: lab), and this is an echo that half-closes
							""");
			assertThat(path.exitCode()).isOne();
			echo.awaitQuiet();
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "--first client | idle", "--first server | idle, server first",
					"--keepalive 1s | idle, keepalive 1 s",
					"--first server --keepalive 2s | idle, server first, keepalive 2 s" })
	void whichEndBreaksTheSilenceAndKeepalivesAreNamedInTheResult(String options, String subject) {
		assertThat(Invocation.of("path 127.0.0.1:" + patient.port() + " idle --max-idle 1s " + options).out())
			.isEqualTo(subject + ": NO_LIMIT_FOUND: no limit up to 1 s\n");
	}

	@Test
	void whenAPlainEchoWouldHaveToBreakTheSilenceThatIsNotMeasurable() {
		try (NioServer echo = NioServer.framing(Framing.EOF).start()) {
			assertThat(Invocation.of("path 127.0.0.1:" + echo.port() + " idle --first server").out())
				.isEqualTo("idle, server first: NOT_MEASURABLE: needs a lab at the far end (service: lab), and this is"
						+ " an echo that half-closes\n");
		}
	}

	@Test
	void whenTheFarEndEndsSilentConnectionsAPlainEchoCannotTell() {
		try (NioServer echo = NioServer.framing(Framing.EOF).idleTimeout(Duration.ofMillis(1300)).start()) {
			Invocation path = Invocation.of("path 127.0.0.1:" + echo.port() + " idle --max-idle 2s");
			assertThat(path.out()).startsWith("idle: NOT_MEASURABLE: the connection is ended by RST after 1.")
				.endsWith("(timeouts.idle of tcp-echo is 30 s) or a proxy's; a lab has none\n");
			assertThat(path.exitCode()).isOne();
		}
	}

	@Test
	void whenNothingListensNothingIsMeasurable() {
		int port;
		try (NioServer gone = NioServer.framing(Framing.EOF).start()) {
			port = gone.port();
		}
		Invocation path = Invocation.of("path 127.0.0.1:" + port + " idle");
		assertThat(path.out()).isEqualTo("idle: NOT_MEASURABLE: the far end is neither a lab nor an echo that"
				+ " half-closes: not connected: Connection refused\n");
		assertThat(path.exitCode()).isOne();
	}

	private static Invocation path(String arguments) {
		return Invocation.of("path 127.0.0.1:" + lab.port() + " " + arguments);
	}

}
