package io.tcpecho.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.tcpecho.connection.Outcome;
import io.tcpecho.testing.EchoProcess;
import io.tcpecho.testing.EchoServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The commands of the packaged jar as processes: Ctrl-C, exit codes, and nothing on the
 * output that is not theirs.
 */
class CommandProcessIT {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	/** Signal 2 in a mask of signals. */
	private static final long SIGINT = 1 << 1;

	@TempDir
	private Path directory;

	@Test
	void whenAProbeIsInterruptedItPrintsTheSummarySoFar() throws Exception {
		try (EchoServer server = EchoServer.framing("eof").start()) {
			Process probe = start("probe", "127.0.0.1:" + server.port(), "--count", "0", "--interval", "100ms");
			try {
				await().atMost(PATIENCE).until(() -> output().contains("seq=3 OK"));
				interrupt(probe);
				assertThat(probe.waitFor(20, TimeUnit.SECONDS)).isTrue();
			}
			finally {
				probe.destroyForcibly();
			}
			assertThat(output())
				.containsPattern("\n--- 127.0.0.1:\\d+: (\\d+) exchanges, \\1 OK\n64 bytes: \\1 of \\1 OK");
			assertThat(errors()).isEmpty();
		}
	}

	@Test
	void whenALoadIsInterruptedItPrintsTheSummarySoFar() throws Exception {
		try (EchoServer server = EchoServer.framing("eof").start()) {
			Process load = start("load", "127.0.0.1:" + server.port(), "--duration", "10m", "--warmup", "0", "--rate",
					"100");
			try {
				await().atMost(PATIENCE).until(() -> errors().contains("   2 s "));
				interrupt(load);
				assertThat(load.waitFor(20, TimeUnit.SECONDS)).isTrue();
			}
			finally {
				load.destroyForcibly();
			}
			assertThat(output()).containsPattern("\n--- \\S+ [1-9]\\d* exchanges in [\\d.]+ s, ")
				.containsPattern("\n +[1-9]\\d* OK\n");
			server.awaitQuiet();
		}
	}

	@Test
	void whenAProbeIsKilledTheServerSeesNoEndOfTheMessage() throws Exception {
		try (EchoServer server = EchoServer.framing("eof").start()) {
			Process probe = start("probe", "127.0.0.1:" + server.port(), "--half-close-delay", "50s", "--timeout",
					"60s");
			try {
				await().atMost(PATIENCE).until(() -> server.open() == 1);
			}
			finally {
				probe.destroyForcibly().waitFor(20, TimeUnit.SECONDS);
			}
			server.awaitQuiet();
			assertThat(server.outcomes(Outcome.RESET_BY_PEER)).isOne();
			assertThat(server.serviceCalls()).isZero();
		}
	}

	@Test
	void whenACommandEndsItsExitCodeIsThatOfTheProcess() throws Exception {
		Process probe = start("probe", "no-such-host.invalid:7", "--count", "1");
		assertThat(probe.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
		assertThat(probe.exitValue()).isEqualTo(ExitCode.VERDICT.number());
		assertThat(output())
			.startsWith("PROBE no-such-host.invalid:7, framing eof, timeout 5000 ms\nseq=1 DNS_FAILURE ");
		assertThat(errors()).isEmpty();
	}

	@Test
	void whenNothingReadsTheOutputAnyMoreTheProbeEnds() throws Exception {
		try (EchoServer server = EchoServer.framing("eof").start()) {
			Process probe = start("bash", "-c", "\"$@\" | head -1; exit ${PIPESTATUS[0]}", "bash", "probe",
					"127.0.0.1:" + server.port(), "--count", "0", "--interval", "50ms");
			try {
				assertThat(probe.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
			}
			finally {
				probe.destroyForcibly();
			}
			assertThat(probe.exitValue()).as(errors()).isEqualTo(ExitCode.LOCAL_ERROR.number());
			assertThat(output()).startsWith("PROBE 127.0.0.1:").hasLineCount(1);
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "--count 2 | 2 exchanges, 2 REFUSED, 100.0 % loss | (1 other address: --all-addresses)",
					"--count 2 --all-addresses | 4 exchanges, 2 OK, 2 REFUSED, 50.0 % loss | to 127.0.0.1 from port " })
	void whenANameHasSeveralAddressesTheLinesTellWhichWasTried(String options, String summary, String line)
			throws Exception {
		Path hosts = Files.writeString(this.directory.resolve("hosts"), "127.0.0.99 several\n127.0.0.1 several\n");
		try (EchoServer server = EchoServer.framing("eof").listener("address", "127.0.0.1").start()) {
			List<String> command = new ArrayList<>(List.of("env", "JDK_JAVA_OPTIONS=-Djdk.net.hosts.file=" + hosts,
					"probe", "several:" + server.port(), "--interval", "0"));
			command.addAll(List.of(options.split(" ")));
			Process probe = start(command.toArray(String[]::new));
			assertThat(probe.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
			assertThat(output()).contains("--- several:" + server.port() + ": " + summary + "\n")
				.contains("REFUSED 64 bytes, total ")
				.contains(", to 127.0.0.99: Connection refused")
				.contains(line);
		}
	}

	@Test
	void whenTheFirstAddressOfANameRefusesALoadUsesTheNext() throws Exception {
		Path hosts = Files.writeString(this.directory.resolve("hosts"), "127.0.0.99 several\n127.0.0.1 several\n");
		try (EchoServer server = EchoServer.framing("eof").listener("address", "127.0.0.1").start()) {
			Process load = start("env", "JDK_JAVA_OPTIONS=-Djdk.net.hosts.file=" + hosts, "load",
					"several:" + server.port(), "--duration", "1s", "--warmup", "0", "--rate", "50");
			assertThat(load.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
			assertThat(load.exitValue()).as(output()).isZero();
			assertThat(output()).containsPattern("\n +\\d+ OK\n").doesNotContain("REFUSED");
		}
	}

	@Test
	void whenDescriptorsRunOutItIsLocalError() throws Exception {
		try (EchoServer server = EchoServer.framing("eof").start()) {
			// Enough for the Java runtime and its jars, too few for that many sockets.
			Process load = start("sh", "-c", "ulimit -n 150 && exec \"$@\"", "sh", "load", "127.0.0.1:" + server.port(),
					"--connections", "200", "--duration", "1s", "--warmup", "0");
			try {
				assertThat(load.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
			}
			finally {
				load.destroyForcibly();
			}
			assertThat(load.exitValue()).as(errors()).isEqualTo(ExitCode.LOCAL_ERROR.number());
			assertThat(output()).containsPattern("\n +[\\d,]+ OK\n").containsPattern("\n +[\\d,]+ LOCAL_ERROR: ");
		}
	}

	/** Start a command of the jar; what comes before its name is run around it. */
	private Process start(String... arguments) throws IOException {
		List<String> command = new ArrayList<>(List.of(arguments));
		int name = Math.max(command.indexOf("probe"), command.indexOf("load"));
		command.addAll(name, EchoProcess.commandLine());
		command.addAll(0, interruptibly());
		return new ProcessBuilder(command).directory(this.directory.toFile())
			.redirectOutput(this.directory.resolve("out").toFile())
			.redirectError(this.directory.resolve("err").toFile())
			.start();
	}

	/**
	 * Return what has to stand before a command so that Ctrl-C ends it: a shell lets the
	 * jobs in its background ignore that, Maven among them, and so all that they start.
	 */
	private static List<String> interruptibly() throws IOException {
		Path status = Path.of("/proc/self/status");
		if (!Files.exists(status)) {
			return List.of();
		}
		try (Stream<String> lines = Files.lines(status)) {
			return lines.filter((line) -> line.startsWith("SigIgn:"))
				.map((line) -> Long.parseUnsignedLong(line.substring("SigIgn:".length()).strip(), 16))
				.anyMatch((ignored) -> (ignored & SIGINT) != 0) ? List.of("env", "--default-signal=INT") : List.of();
		}
	}

	private static void interrupt(Process process) throws Exception {
		Process kill = new ProcessBuilder("sh", "-c", "kill -INT " + process.pid()).inheritIO().start();
		assertThat(kill.waitFor()).isZero();
	}

	private String output() throws IOException {
		return Files.readString(this.directory.resolve("out"), StandardCharsets.UTF_8);
	}

	private String errors() throws IOException {
		return Files.readString(this.directory.resolve("err"), StandardCharsets.UTF_8);
	}

}
