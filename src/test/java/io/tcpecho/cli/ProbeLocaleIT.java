package io.tcpecho.cli;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.tcpecho.probe.Verdict;
import io.tcpecho.testing.EchoProcess;
import io.tcpecho.testing.NetworkNamespace;
import io.tcpecho.testing.ScriptedServer;
import io.tcpecho.testing.SystemLocale;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The verdicts of the packaged {@code probe} where the system's errors are in English,
 * and where they are in French: the language of a text decides nothing.
 */
class ProbeLocaleIT {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	/** The result of one exchange, without its times. */
	private static final Pattern RESULT = Pattern.compile("\nseq=1 (\\S+) .*?: (.*)\n");

	@TempDir
	private static Path locales;

	@TempDir
	private Path directory;

	private static Stream<SystemLocale> locales() {
		return Stream.of(SystemLocale.c(locales), SystemLocale.generate(locales, "fr_FR"));
	}

	@ParameterizedTest
	@MethodSource("locales")
	void whenNothingListensItIsRefused(SystemLocale locale) throws Exception {
		// Taken, so that no other process listens there meanwhile.
		try (Socket taken = new Socket()) {
			taken.bind(new InetSocketAddress("127.0.0.1", 0));
			assertVerdict(Verdict.REFUSED, inLanguageOf(locale, "Connection refused", "Connexion refusée"),
					probe(locale, List.of(), "127.0.0.1:" + taken.getLocalPort()));
		}
	}

	@ParameterizedTest
	@MethodSource("locales")
	void whenThereIsNoRouteItIsUnreachable(SystemLocale locale) throws Exception {
		try (NetworkNamespace network = NetworkNamespace.connected()) {
			assertVerdict(Verdict.UNREACHABLE,
					inLanguageOf(locale, "Network is unreachable", "Le réseau n'est pas accessible"),
					probe(locale, network.enter(), "203.0.113.1:7"));
		}
	}

	@ParameterizedTest
	@MethodSource("locales")
	void whenTheKernelGivesUpToConnectItIsConnectTimeout(SystemLocale locale) throws Exception {
		try (NetworkNamespace network = NetworkNamespace.connected()) {
			network.silentAddress("203.0.113.1");
			network.run("sysctl", "-q", "-w", "net.ipv4.tcp_syn_retries=1");
			assertVerdict(Verdict.CONNECT_TIMEOUT, "not connected",
					probe(locale, network.enter(), "203.0.113.1:7", "--timeout", "5m"));
		}
	}

	@ParameterizedTest
	@MethodSource("locales")
	void whenTheKernelGivesUpToSendItIsSendStalled(SystemLocale locale) throws Exception {
		try (NetworkNamespace network = NetworkNamespace.connected(); ServerSocket server = new ServerSocket(0)) {
			network.run("sysctl", "-q", "-w", "net.ipv4.tcp_retries2=1");
			Process probe = start(locale, network.enter(), network.outerAddress() + ":" + server.getLocalPort(),
					"--size", "64MB", "--timeout", "5m");
			try (Socket connection = server.accept()) {
				assertThat(connection.getInputStream().readNBytes(1)).hasSize(1);
				network.linkDown();
				assertVerdict(Verdict.SEND_STALLED, "\\d+ of 67108864 bytes sent", end(probe));
			}
			finally {
				probe.destroyForcibly();
			}
		}
	}

	@ParameterizedTest
	@MethodSource("locales")
	void whenRstComesWhileWeSendItIsResetWhileSending(SystemLocale locale) throws Exception {
		try (ScriptedServer server = ScriptedServer.running((socket) -> {
			socket.getInputStream().readNBytes(64);
			ScriptedServer.reset(socket);
		})) {
			assertVerdict(Verdict.RESET_WHILE_SENDING, "RST after \\d+ of 67108864 bytes sent, before our FIN",
					probe(locale, List.of(), "127.0.0.1:" + server.port(), "--size", "64MB"));
		}
	}

	@ParameterizedTest
	@MethodSource("locales")
	void whenRstComesInTheReplyItIsResetInReply(SystemLocale locale) throws Exception {
		try (ScriptedServer server = ScriptedServer.running((socket) -> {
			socket.getOutputStream().write(socket.getInputStream().readAllBytes(), 0, 17);
			ScriptedServer.reset(socket);
		})) {
			assertVerdict(Verdict.RESET_IN_REPLY, "RST after 17 of 64 bytes",
					probe(locale, List.of(), "127.0.0.1:" + server.port()));
		}
	}

	private void assertVerdict(Verdict verdict, String detail, int exitCode) throws IOException {
		Matcher result = RESULT.matcher(read("out"));
		assertThat(result.find()).as(read("out") + read("err")).isTrue();
		assertThat(result.group(1)).isEqualTo(verdict.name());
		assertThat(result.group(2)).matches(detail);
		assertThat(read("err")).isEmpty();
		assertThat(exitCode).isEqualTo(ExitCode.VERDICT.number());
	}

	/** Return the detail that shows in which language the system spoke. */
	private static String inLanguageOf(SystemLocale locale, String english, String french) {
		return locale.toString().equals("C") ? english : french;
	}

	/** Probe once, and return the exit code. */
	private int probe(SystemLocale locale, List<String> enter, String... arguments) throws Exception {
		Process probe = start(locale, enter, arguments);
		try {
			return end(probe);
		}
		finally {
			probe.destroyForcibly();
		}
	}

	private static int end(Process probe) throws InterruptedException {
		assertThat(probe.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).as("the probe has ended").isTrue();
		return probe.exitValue();
	}

	private Process start(SystemLocale locale, List<String> enter, String... arguments) throws IOException {
		List<String> command = new ArrayList<>(enter);
		command.addAll(EchoProcess.commandLine());
		command.add("probe");
		command.addAll(List.of(arguments));
		command.addAll(List.of("--count", "1"));
		ProcessBuilder builder = new ProcessBuilder(command).directory(this.directory.toFile())
			.redirectOutput(this.directory.resolve("out").toFile())
			.redirectError(this.directory.resolve("err").toFile());
		builder.environment().putAll(locale.environment());
		return builder.start();
	}

	private String read(String name) throws IOException {
		return Files.readString(this.directory.resolve(name), StandardCharsets.UTF_8);
	}

}
