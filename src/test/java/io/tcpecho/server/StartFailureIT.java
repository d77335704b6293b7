package io.tcpecho.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.time.Duration;

import io.tcpecho.testing.EchoProcess;
import io.tcpecho.testing.Peer;
import io.tcpecho.testing.Peer.End;
import io.tcpecho.testing.Peer.Reply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The packaged jar with a configuration that it must refuse: it says why, once and
 * without a stack trace, and the process ends.
 */
class StartFailureIT {

	private static final Duration LONGEST_END = Duration.ofSeconds(10);

	@Test
	void whenThePortIsTakenTheStartFailsAndNamesIt() throws IOException {
		try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
			String report = refusal(EchoProcess.configure().listener("eof", "port", taken.getLocalPort()));
			assertThat(report).doesNotContainPattern("\\bWARN\\b")
				.contains("Listener eof cannot listen on 127.0.0.1 port " + taken.getLocalPort()
						+ ": Address already in use.")
				.contains("set tcp-echo.listeners.eof.port to a free one");
		}
	}

	@Test
	void whenTheManagementPortIsTakenTheStartFailsAndNamesIt() throws IOException {
		try (ServerSocket taken = new ServerSocket(0)) {
			assertThat(refusal(EchoProcess.configure().argument("server.port", taken.getLocalPort())))
				.contains("Web server failed to start. Port " + taken.getLocalPort() + " was already in use.");
		}
	}

	@ParameterizedTest
	@CsvSource({ "203.0.113.1, Cannot assign requested address", "no-such-host.invalid, unknown address" })
	void whenTheAddressIsNotOfThisMachineTheStartFailsAndNamesIt(String address, String reason) {
		assertThat(refusal(EchoProcess.configure().withoutManagement().listener("eof", "address", address)))
			.contains("Listener eof cannot listen on " + address + " port 0: " + reason + ".")
			.contains("or tcp-echo.listeners.eof.address to an address of this machine");
	}

	@Test
	void whenTheRuntimeHasNoIpv6AnAddressOfItIsRefused() {
		assertThat(refusal(EchoProcess.configure()
			.withoutManagement()
			.listener("eof", "address", "::1")
			.jvmOption("-Djava.net.preferIPv4Stack=true")))
			.contains("Listener eof cannot listen on ::1 port 0: this Java runtime has IPv4 only.");
	}

	@Test
	void whenAFixedLengthIsNotPositiveAndAPortIsOutOfRangeTheStartIsRefusedForBoth() {
		assertThat(refusal(EchoProcess.configure()
			.withoutManagement()
			.listener("eof", "framing", "fixed")
			.listener("eof", "fixed-length", "0B")
			.listener("eof", "port", 70000)))
			.contains("  - tcp-echo.listeners.eof.fixed-length is 0 bytes, and must be between 1 and"
					+ " tcp-echo.listeners.eof.max-message-size, 5120 (argument --tcp-echo.listeners.eof.fixed-length)\n")
			.contains("  - tcp-echo.listeners.eof.port is 70000, and must be between 0 and 65535"
					+ " (argument --tcp-echo.listeners.eof.port)\n");
	}

	@Test
	void whenThePortIsTextTheStartIsRefused() {
		assertThat(refusal(EchoProcess.configure().withoutManagement().listener("eof", "port", "echo")))
			.contains("  - tcp-echo.listeners.eof.port is \"echo\", and must be a whole number between -2147483648 and"
					+ " 2147483647 (argument --tcp-echo.listeners.eof.port)\n");
	}

	@Test
	void whenAPropertyOfAnySourceIsUnknownTheStartIsRefused() {
		assertThat(refusal(EchoProcess.configure()
			.withoutManagement()
			.argument("tcp-echo.client.hots", "localhost")
			.argument("tcp-echo.management.unprotcted", "true")
			.listener("eof", "prot", 7)
			.environment("TCPECHO_LISTENERS_EOF_PROT", "7")
			.jvmOption("-Dtcp-echo.drain.timeuot=7s")))
			.contains("  - argument --tcp-echo.client.hots is not a property of tcp-echo;"
					+ " did you mean tcp-echo.client.host?\n")
			.contains("  - argument --tcp-echo.management.unprotcted is not a property of tcp-echo;"
					+ " did you mean tcp-echo.management.unprotected?\n")
			.contains("  - argument --tcp-echo.listeners.eof.prot is not a property of tcp-echo;"
					+ " did you mean tcp-echo.listeners.eof.port?\n")
			.contains("  - environment variable TCPECHO_LISTENERS_EOF_PROT is not a property of tcp-echo;"
					+ " did you mean TCPECHO_LISTENERS_EOF_PORT?\n"
					+ "  - system property tcp-echo.drain.timeuot is not a property of tcp-echo;"
					+ " did you mean tcp-echo.drain.timeout?\n");
	}

	@ParameterizedTest
	@CsvSource({ "-Xmx8m, the maximum heap is ", "-XX:MaxDirectMemorySize=16m, bytes of direct memory: " })
	void whenTheMemoryIsTooSmallToServeTheStartIsRefusedWithoutAnOutOfMemoryError(String option, String problem) {
		assertThat(refusal(
				EchoProcess.configure().withoutManagement().listener("eof", "event-loops", 64).jvmOption(option)))
			.contains("  - " + problem)
			.doesNotContain("OutOfMemory");
	}

	@Test
	void whenAFileIsNoYamlTheStartIsRefusedAndNamesItsLine(@TempDir Path directory) throws IOException {
		Path file = Files.writeString(directory.resolve("my.yml"), "tcp-echo:\n\tlisteners: {}\n");
		assertThat(refusal(
				EchoProcess.configure().withoutManagement().argument("spring.config.additional-location", file)))
			.contains("  - " + file + ", line 2, is no YAML: found character '\\t(TAB)' that cannot start any token.");
	}

	@Test
	void whenAProfileIsUnknownTheStartIsRefused() {
		assertThat(refusal(EchoProcess.configure()
			.withoutManagement()
			.environment("SPRING_PROFILES_ACTIVE", "all-framings,kubernets")))
			.contains("  - profile kubernets is active, and nothing belongs to it;"
					+ " the profiles of tcp-echo are all-framings, dev, kubernetes\n");
	}

	@Test
	void whenTheLimitsContradictEachOtherAndTheMachineTheStartIsRefusedWithTheArithmetic() {
		int javaVersion = Runtime.version().feature();
		String virtual = "  - tcp-echo.listeners.eof.executor is virtual, which needs Java 21 or later; this is Java "
				+ javaVersion + " (argument --tcp-echo.listeners.eof.executor)\n";
		assertThat(refusal(EchoProcess.configure()
			.withoutManagement()
			.listener("eof", "port", 7007)
			.listener("eof", "executor", "virtual")
			.listener("eof", "timeouts.message", "10s")
			.listener("eof", "max-connections", 271)
			.listener("other", "port", 7007)
			.maxDescriptors(300)
			.argument("tcp-echo.max-buffered", "65MB")
			.jvmOption("-Xmx128m"))).containsPattern("""
					The configuration of tcp-echo is refused:
					%s\
					  - tcp-echo.listeners.eof.timeouts.message is 10s, \
					less than tcp-echo.listeners.eof.timeouts.idle, 30s \
					\\(argument --tcp-echo.listeners.eof.timeouts.message\\)
					  - tcp-echo.listeners.eof.port and tcp-echo.listeners.other.port are both 7007 \
					\\(argument --tcp-echo.listeners.eof.port; argument --tcp-echo.listeners.other.port\\)
					  - tcp-echo.listeners.eof.max-connections 271 = 271, \
					more than 270, which is 90 %% of the descriptor limit of 300 \
					\\(argument --tcp-echo.listeners.eof.max-connections\\)
					  - tcp-echo.max-buffered is 68157440 bytes, \
					more than half the maximum heap of 1[23]\\d{7} bytes \
					\\(argument --tcp-echo.max-buffered\\)

					Action:
					""".formatted((javaVersion < 21) ? Pattern.quote(virtual) : ""));
	}

	@Test
	@EnabledForJreRange(min = JRE.JAVA_21)
	void whenTheRuntimeHasVirtualThreadsTheirExecutorServes() {
		byte[] message = "echo".getBytes(StandardCharsets.US_ASCII);
		try (EchoProcess process = EchoProcess.configure()
			.listener("eof", "executor", "virtual")
			.start()
			.awaitStarted()) {
			assertThat(Peer.exchange(process.port("eof"), message)).isEqualTo(new Reply(message, End.FIN));
			assertThat(process.output()).contains(", executor virtual\n");
		}
	}

	/**
	 * Start a process that must end by itself, with exit code 75 if it cannot listen and
	 * 1 otherwise, and return what it said.
	 */
	private static String refusal(EchoProcess.Builder configuration) {
		try (EchoProcess process = configuration.start().awaitOutput("APPLICATION FAILED TO START")) {
			int exitCode = process.awaitExit(LONGEST_END);
			boolean mayPass = process.output().contains(" cannot listen on ")
					|| process.output().contains("was already in use");
			assertThat(exitCode).as("exit code").isEqualTo(mayPass ? 75 : 1);
			assertThat(process.output()).containsOnlyOnce("APPLICATION FAILED TO START")
				.doesNotContain("Started TcpEchoApplication")
				.doesNotContainPattern("(?m)^\\s+at [\\w.$/]+\\(");
			assertThat(process.errors()).isEmpty();
			return process.output();
		}
	}

}
