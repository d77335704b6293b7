package io.tcpecho.settings;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

import io.tcpecho.TcpEchoApplication;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The check of a configuration without a start, and what it says about wrong values.
 */
@ExtendWith(OutputCaptureExtension.class)
class CheckConfigTests {

	@Test
	void whenTheConfigurationIsRightItIsAcceptedAndNoPortIsOpened() throws IOException {
		try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
			assertThat(check("--tcp-echo.listeners.eof.port=" + taken.getLocalPort(),
					"--server.port=" + taken.getLocalPort(), "--spring.profiles.active=all-framings"))
				.isTrue();
		}
	}

	@Test
	void whenValuesAreWrongEachIsNamedWithItsPlace(@TempDir Path directory, CapturedOutput output) throws IOException {
		Path file = Files.writeString(directory.resolve("my.yml"), """
				tcp-echo:
				  listeners:
				    eof:
				      framing: bar
				      max-message-size: 5XB
				      port: 70000
				      timeouts: { idle: 30x }
				    two: { port: 7, enabled: perhaps }
				  max-buffered: 1KB
				server:
				  port: abc
				  tomcat: { connection-timeout: soon }
				""");
		assertThat(check("--spring.config.additional-location=" + file, "--tcp-echo.listeners.eof.prot=7",
				"--tcp-echo.listeners.eof.backlog=3000000000", "--management.endpoint.health.show-details=perhaps",
				"--tcp-echo.client.port=${nothing}"))
			.isFalse();
		assertThat(output.getOut().lines().filter((line) -> line.startsWith("  - "))).containsExactlyInAnyOrder(
				"  - tcp-echo.listeners.eof.framing is \"bar\", and must be one of eof, line, crlf, length-1, length-2,"
						+ " length-4, fixed, stream (" + file + ", line 4)",
				"  - tcp-echo.listeners.eof.max-message-size is \"5XB\", and must be a size, such as 64B, 5KB or 1MB ("
						+ file + ", line 5)",
				"  - tcp-echo.listeners.eof.port is 70000, and must be between 0 and 65535 (" + file + ", line 6)",
				"  - tcp-echo.listeners.eof.timeouts.idle is \"30x\", and must be a duration, such as 500ms, 30s or 5m ("
						+ file + ", line 7)",
				"  - tcp-echo.listeners.two.enabled is \"perhaps\", and must be true or false (" + file + ", line 8)",
				"  - tcp-echo.max-buffered is 1024 bytes, and must be at least 65536 (" + file + ", line 9)",
				"  - tcp-echo.listeners.two.max-message-size is 5120 bytes, more than tcp-echo.max-buffered of 1024 bytes ("
						+ file + ", line 9)",
				"  - server.port is \"abc\", and must be a whole number between -2147483648 and 2147483647 (" + file
						+ ", line 11)",
				"  - server.tomcat.connection-timeout is \"soon\", and must be a duration, such as 500ms, 30s or 5m ("
						+ file + ", line 12)",
				"  - argument --tcp-echo.listeners.eof.prot is not a property of tcp-echo;"
						+ " did you mean tcp-echo.listeners.eof.port?",
				"  - tcp-echo.listeners.eof.backlog is \"3000000000\", and must be a whole number between -2147483648"
						+ " and 2147483647 (argument --tcp-echo.listeners.eof.backlog)",
				"  - management.endpoint.health.show-details is \"perhaps\", and must be one of never, when-authorized,"
						+ " always (argument --management.endpoint.health.show-details)",
				"  - tcp-echo.client.port is \"${nothing}\", and must be a whole number between -2147483648 and"
						+ " 2147483647 (argument --tcp-echo.client.port)");
		assertThat(output.getOut()).doesNotContain("java.", "org.springframework", "Caused by");
	}

	@Test
	void whenAValueIsWrongTheChecksOfAllPackagesAreStillMade(@TempDir Path directory, CapturedOutput output)
			throws IOException {
		Path file = Files.writeString(directory.resolve("my.yml"), """
				tcp-echo:
				  listeners:
				    eof: { port: abc, max-connections: 100, event-loops: 4, tls: { bundle: none } }
				  faults: { max-time: 0s }
				  management: { unprotected: true }
				  self-check: { timeout: 0s }
				  client: { port: 0 }
				  monitor: { targets: { a: { target: "localhost:7", interval: 1ms } } }
				server: { address: 192.0.2.1, tomcat: { max-connections: 2147483647 } }
				""");
		assertThat(check("--spring.config.additional-location=" + file)).isFalse();
		assertThat(output.getOut()
			.lines()
			.filter((line) -> line.startsWith("  - "))
			.map((line) -> line.replaceFirst("the limit of \\d+", "the limit of N").replace(file.toString(), "FILE")))
			.containsExactlyInAnyOrder(
					"  - tcp-echo.listeners.eof.port is \"abc\", and must be a whole number between -2147483648 and"
							+ " 2147483647 (FILE, line 3)",
					"  - tcp-echo.listeners.eof.tls.bundle is none, and no SSL bundle has this name (there is none)"
							+ " (FILE, line 3)",
					"  - descriptors: tcp-echo.listeners.eof.max-connections 100 + tcp-echo.listeners.eof.event-loops 8"
							+ " + ports of listeners 1 + server.tomcat.max-connections 2147483647 + of the Java runtime 16"
							+ " = 2147483772, more than the limit of N (FILE, line 3; FILE, line 9)",
					"  - tcp-echo.faults.max-time is 0s, and must be between 1ms and 365d (FILE, line 4)",
					"  - tcp-echo.management.unprotected is true, and server.address is 192.0.2.1, which is not a"
							+ " loopback address (FILE, line 5; FILE, line 9)",
					"  - tcp-echo.self-check.timeout is 0s, and must be between 1ms and 365d (FILE, line 6)",
					"  - tcp-echo.client.port is 0, and must be between 1 and 65535 (FILE, line 7)",
					"  - tcp-echo.monitor.targets.a.interval is 1ms, and must be between 100ms and 365d (FILE, line 8)",
					"  - tcp-echo.monitor.targets.a.timeout is 5s, more than tcp-echo.monitor.targets.a.interval, 1ms"
							+ " (FILE, line 8)");
	}

	@Test
	void whenAValueIsWrongNothingIsSaidAboutTheDefaultInItsPlace(CapturedOutput output) {
		assertThat(check("--tcp-echo.listeners.eof.framing=fixd", "--tcp-echo.listeners.eof.fixed-length=5B",
				"--tcp-echo.listeners.eof.timeouts.idle=2x", "--tcp-echo.listeners.eof.timeouts.message=1ms",
				"--tcp-echo.monitor.targets.a.target=dns:localhost:7", "--tcp-echo.monitor.targets.a.interval=1x",
				"--tcp-echo.monitor.targets.a.timeout=1h", "--tcp-echo.monitor.targets.a.max-targets=0",
				"--spring.ssl.bundle.pem.web.reload-on-update=perhaps", "--tcp-echo.listeners.eof.tls.bundle=other"))
			.isFalse();
		assertThat(output.getOut().lines().filter((line) -> line.startsWith("  - ")).map((line) -> line.split(" ")[3]))
			.containsExactlyInAnyOrder("tcp-echo.listeners.eof.framing", "tcp-echo.listeners.eof.timeouts.idle",
					"tcp-echo.monitor.targets.a.interval", "spring.ssl.bundle.pem.web.reload-on-update",
					"tcp-echo.monitor.targets.a.max-targets");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "a: 1\\na: 2 | , line 2, is no YAML: found duplicate key a",
					"a: [1 | , line 1, is no YAML: expected ',' or ']', but got <stream end>",
					"- a | ' has a document that is not made of keys and values'" })
	void whenAFileIsNoYamlItIsNamedWithTheLine(String content, String problem, @TempDir Path directory,
			CapturedOutput output) throws IOException {
		Path file = Files.writeString(directory.resolve("my.yml"), content.replace("\\n", "\n"));
		assertThat(check("--spring.config.additional-location=" + file)).isFalse();
		assertThat(output.getAll()).contains("  - " + file + problem).doesNotContain("\tat ");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "--spring.profiles.active=a!b | Profile 'a!b' must contain a letter",
			"--spring.application.json={bad | Cannot parse JSON",
			"--spring.main.web-application-type=web | spring.main.web-application-type is \"web\", and must be one of none,"
					+ " servlet, reactive (argument --spring.main.web-application-type)",
			"--spring.config.additional-location=/nowhere.conf | Unable to load config data from '/nowhere.conf'" })
	void whenTheConfigurationCannotBeReadThereIsNoStackTrace(String argument, String problem, CapturedOutput output) {
		assertThat(check(argument)).isFalse();
		assertThat(output.getAll()).contains(problem).doesNotContain("\tat ");
	}

	private static boolean check(String... arguments) {
		return StartRehearsal.succeeds(TcpEchoApplication.class,
				Stream.concat(Stream.of("--spring.main.banner-mode=off"), Stream.of(arguments)).toArray(String[]::new));
	}

}
