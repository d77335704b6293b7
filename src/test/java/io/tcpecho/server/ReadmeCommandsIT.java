package io.tcpecho.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.tcpecho.testing.EchoProcess;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * The netcat commands of the README, one for each framing, against the packaged jar.
 */
class ReadmeCommandsIT {

	private static final Pattern ROW = Pattern
		.compile("\\| (\\d+) \\| `([a-z0-9-]+)` \\| .* \\| `(printf .+) \\\\\\| (nc -N localhost) \\d+` \\|");

	private static EchoProcess server;

	@BeforeAll
	static void start() throws Exception {
		boolean netcat = run("nc -h 2>&1 | grep -q 'OpenBSD netcat' && echo yes").length > 0;
		if (!"true".equals(System.getenv("CI"))) {
			assumeThat(netcat).as("OpenBSD's netcat, package netcat-openbsd, is installed").isTrue();
		}
		assertThat(netcat).as("OpenBSD's netcat, package netcat-openbsd, is installed").isTrue();
		EchoProcess.Builder builder = EchoProcess.configure()
			.asDownloaded()
			.argument("spring.profiles.active", "all-framings");
		for (String listener : new String[] { "line", "length", "stream", "crlf", "fixed", "length1", "length2" }) {
			builder.listener(listener, "port", 0);
		}
		server = builder.start().awaitStarted();
	}

	@AfterAll
	static void stop() {
		if (server != null) {
			server.close();
		}
	}

	static Stream<Arguments> commands() throws IOException {
		return Files.readAllLines(Path.of("README.md"))
			.stream()
			.map(ROW::matcher)
			.filter(Matcher::matches)
			.map((row) -> arguments(row.group(2), row.group(3), row.group(4)));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("commands")
	void whenTheCommandOfTheReadmeIsRunItPrintsWhatItSent(String framing, String printf, String netcat)
			throws Exception {
		String port = server.find("port (\\d+), framing " + framing + ":");
		byte[] sent = run(printf);
		assertThat(sent).isNotEmpty();
		assertThat(run(printf + " | timeout 10 " + netcat + " " + port)).isEqualTo(sent);
	}

	private static byte[] run(String command) throws IOException, InterruptedException {
		Process process = new ProcessBuilder("sh", "-c", command).redirectErrorStream(true).start();
		byte[] output = process.getInputStream().readAllBytes();
		assertThat(process.waitFor(15, TimeUnit.SECONDS)).isTrue();
		return output;
	}

}
