package io.tcpecho.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.tcpecho.testing.EchoServer;
import io.tcpecho.text.Printable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The command line: which arguments start the server, help, and refusals.
 */
class CommandLineInterfaceTests {

	@ParameterizedTest
	@ValueSource(strings = { "", "serve", "--tcp-echo.listeners.eof.port=7", "--debug",
			"serve --tcp-echo.listeners.eof.port=7", "--spring.profiles.active=dev --server.port=0" })
	void whenThereIsNoOtherCommandItIsTheServer(String arguments) {
		assertThat(CommandLineInterface.isServer(split(arguments))).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "probe", "probe localhost:7", "--help", "-h", "--version", "-V", "help", "serve --help",
			"prob", "generate-completion" })
	void whenThereIsAnotherCommandItIsNotTheServer(String arguments) {
		assertThat(CommandLineInterface.isServer(split(arguments))).isFalse();
	}

	@ParameterizedTest
	@CsvSource({ "serve --a=b --c, --a=b --c", "--a=b --c, --a=b --c", "serve, ''", "'', ''" })
	void whenItIsTheServerAllItsArgumentsAreProperties(String arguments, String expected) {
		assertThat(CommandLineInterface.serverArguments(split(arguments))).containsExactly(split(expected));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "probe localhost | : 'localhost' is not HOST:PORT, such as",
			"probe localhost:0 | : port 0 of 'localhost:0' is not between 1 and 65535",
			"probe localhost:65536 | : port 65536 of 'localhost:65536' is not between 1 and 65535",
			"probe @/etc | : '@/etc' is not HOST:PORT, such as localhost:7007 or [::1]:7007",
			"probe ::1:7007 | : '::1:7007' is not HOST:PORT, such as localhost:7007 or [::1]:7007",
			"probe localhost:7007 --size -1 | option '--size' (SIZE): size -1 is not between 0 and 2147483647 bytes",
			"probe localhost:7007 --size big | option '--size' (SIZE): 'big' is no size, such as 64B, 5KB or 1MB",
			"probe localhost:7007 --size 4GB | option '--size' (SIZE): size 4GB is not between 0 and 2147483647 bytes",
			"probe localhost:7007 --framing raw | option '--framing': framing 'raw' is none of eof, line, crlf,",
			"probe localhost:7007 --timeout soon | option '--timeout': 'soon' is no duration, such as",
			"probe localhost:7007 --timeout -1s | option '--timeout': -1s is not between 0s and 365d",
			"probe localhost:7007 --timeout 0 | timeout 0ms is not more than 0ms",
			"probe localhost:7007 --count -1 | count -1 is less than 0",
			"probe localhost:7007 --count 0 --size 1,2 | count 0 needs a single size, not 2",
			"probe localhost:7007 --framing length-1 --size 256 | size 256 is not between 0 and 255 bytes, as framing",
			"probe localhost:7007 --framing fixed --size 0 | size 0 is not between 1 and 2147483631 bytes, as framing",
			"probe localhost:7007 --half-close-delay 5s | half-close-delay 5000ms is not less than timeout 5000ms",
			"probe localhost:7007 --framing line --half-close-delay 1s | half-close-delay needs framing eof, not line",
			"probe localhost:7007 --size=1 --listen-address=7 | : '--listen-address' is no option (see",
			"probe localhost:7007 --cuont 7 | : '--cuont' is no option; did you mean --count?",
			"probe localhost:7007 --count x | option '--count': 'x' is not a whole number from -2^63 to 2^63 - 1",
			"probe localhost:7007 --keep 3000000000 | option '--keep': '3000000000' is not a whole number from -2^31 to 2^31 - 1",
			"probe | Missing required parameter: 'HOST:PORT'" })
	void whenAnArgumentIsWrongOneLineNamesIt(String arguments, String problem) {
		Invocation probe = Invocation.of(arguments);
		assertThat(probe.exitCode()).isEqualTo(ExitCode.USAGE.number());
		assertThat(probe.err()).startsWith("tcp-echo probe: ")
			.contains(problem)
			.endsWith(" (see tcp-echo probe --help)\n")
			.hasLineCount(1);
		assertThat(probe.out()).isEmpty();
	}

	@Test
	void whenAnArgumentWouldBreakTheLineItIsShownWithEscapes() {
		assertThat(Invocation.of("probe \u001B[31mlocal\nhost:7\u2028"))
			.isEqualTo(new Invocation(ExitCode.USAGE.number(), "",
					"tcp-echo probe: "
							+ "'\\u001b[31mlocal\\u000ahost:7\\u2028' is not HOST:PORT, such as localhost:7007 or "
							+ "[::1]:7007 (see tcp-echo probe --help)\n"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "probe h%so:7", "load h%so:7", "explain O%sK", "pro%sbe", "probe h:7 --fra%sming eof",
			"probe h:7 --framing e%sof" })
	void whenAnArgumentHasAnUnsafeCharacterItIsShownAsAnEscape(String arguments) {
		for (String unsafe : List.of("\u0007", "\u001B]0;x", "\u007F", "\u009B31m", "\u202E", "\u2066", "\u200B",
				"\uFEFF", "\uD800", "\u2028")) {
			Invocation refused = Invocation.of(arguments.formatted(unsafe));
			assertThat(refused.exitCode()).isEqualTo(ExitCode.USAGE.number());
			assertThat(refused.err()).contains("\\u%04x".formatted((int) unsafe.charAt(0))).hasLineCount(1);
			assertThat(refused.out() + refused.err().stripTrailing())
				.matches((shown) -> shown.codePoints().noneMatch(Printable::isUnsafe));
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "prob localhost:7 | : 'prob' is no command; did you mean probe?",
					"sevre --server.port=1 | : 'sevre' is no command; did you mean serve?",
					"localhost:7 | : 'localhost:7' is no command; the commands are serve, probe,",
					"-c 5 localhost:7 | : '-c' is no option (see", "explain OK OK | : 'OK' is one argument too many" })
	void whenTheCommandIsUnknownOneLineNamesTheNearest(String arguments, String problem) {
		Invocation refused = Invocation.of(arguments);
		assertThat(refused.exitCode()).isEqualTo(ExitCode.USAGE.number());
		assertThat(refused.err()).startsWith("tcp-echo").contains(problem).hasLineCount(1);
		assertThat(CommandLineInterface.isServer(split(arguments))).isFalse();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = {
			"--count 5 localhost:7007 | --count is not a property, but an option of " + "tcp-echo probe",
			"--rate=5 --connections=3 | --rate is not a property, but an option of tcp-echo load",
			"check-config foo --server.prot=1 | --server.prot is not a property; did you mean --server.port?; 'foo' is not",
			"serve foo | : 'foo' is not a property of the form --KEY=VALUE",
			"serve --server.port 7 | : '7' is not a property of the form --KEY=VALUE",
			"--foo --help | --foo is not a property",
			"--server.port=1 -- x | : -- is not a property; 'x' is not a property of the form --KEY=VALUE",
			"--port=7 | --port is not a property; did you mean --tcp-echo.listeners.NAME.port?",
			"--server.prot=9090 | --server.prot is not a property; did you mean --server.port?",
			"serve --server.address=::1 --management.endpoint.foo.x=1 | --management.endpoint.foo.x is not a property",
			"--spring.resources.add-mappings=true | did you mean --spring.web.resources.add-mappings?",
			"--tcp-echo=1 | --tcp-echo is not a property", "--=1 | -- is not a property" })
	void whenAnArgumentOfTheServerIsNoPropertyOneLineNamesItAndNothingStarts(String arguments, String problem) {
		assertThat(CommandLineInterface.isServer(split(arguments))).isFalse();
		Invocation refused = Invocation.of(arguments);
		assertThat(refused.exitCode()).isEqualTo(ExitCode.USAGE.number());
		String command = arguments.startsWith("check-config") ? "check-config" : "serve";
		assertThat(refused.err()).startsWith("tcp-echo " + command + ": ")
			.contains(problem)
			.endsWith(" (see tcp-echo " + command + " --help)\n")
			.hasLineCount(1);
		assertThat(refused.out()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "serve --help", "serve --server.port=1 -h", "--server.port=1 --help" })
	void whenTheServerIsAskedForHelpNothingStarts(String arguments) {
		assertThat(CommandLineInterface.isServer(split(arguments))).isFalse();
		assertThat(Invocation.of(arguments)).isEqualTo(Invocation.of("help serve"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "serve", "probe", "path", "load" })
	void whenACommandIsAskedForHelpItShowsExamples(String command) {
		Invocation help = Invocation.of(command + " --help");
		assertThat(help.exitCode()).isZero();
		assertThat(help.out()).startsWith("Usage: tcp-echo " + command)
			.contains("Example")
			.contains("  tcp-echo " + command);
		assertThat(help.err()).isEmpty();
		assertThat(Invocation.of("help " + command)).isEqualTo(help);
	}

	@Test
	void whenAskedForHelpItNamesEveryCommand() {
		Invocation help = Invocation.of("--help");
		assertThat(help.exitCode()).isZero();
		assertThat(help.out()).contains("serve", "probe", "path", "load", "Exit codes");
	}

	@Test
	void whenAskedForTheConfigurationItPrintsThePackagedFile() throws IOException {
		assertThat(Invocation.of("config"))
			.isEqualTo(new Invocation(0, Files.readString(Path.of("application.yml")), ""));
	}

	@Test
	void whenTheConfigurationIsToBeCheckedNothingStarts() {
		String[] arguments = { "check-config", "--server.port=0" };
		assertThat(CommandLineInterface.isServer(arguments)).isFalse();
		assertThat(CommandLineInterface.isConfigurationCheck(arguments)).isTrue();
		assertThat(CommandLineInterface.serverArguments(arguments)).containsExactly("--server.port=0");
		assertThat(Invocation.of("check-config --help")).isEqualTo(Invocation.of("help check-config"));
	}

	@Test
	void whenAskedForItsVersionItTellsThatOfTheBuild() {
		Invocation version = Invocation.of("--version");
		assertThat(version.exitCode()).isZero();
		assertThat(version.out()).matches("tcp-echo \\d+\\.\\d+\\.\\d+(-SNAPSHOT)?, Java \\d+.*\n");
	}

	@Test
	void whenAskedForACompletionScriptItHasTheOptions() {
		Invocation completion = Invocation.of("generate-completion");
		assertThat(completion.exitCode()).isZero();
		assertThat(completion.out()).startsWith("#!/usr/bin/env bash").contains("--half-close-delay");
	}

	@Test
	void whenAskedForACompletionScriptItHasTheValuesOfOptions() {
		assertThat(Invocation.of("generate-completion").out())
			.contains("(\"eof\" \"line\" \"crlf\" \"length-1\" \"length-2\" \"length-4\" \"fixed\" \"stream\")")
			.contains("(\"both\" \"close-notify\" \"fin\")")
			.contains("(\"v1\" \"v2\" \"local\")")
			.contains("(\"client\" \"server\")")
			.contains("(\"1.3\" \"1.2\")");
	}

	@Test
	void whenThereIsNoTerminalThereAreNoColours() {
		try (EchoServer server = EchoServer.framing("eof").start()) {
			assertThat(Invocation.of("probe 127.0.0.1:" + server.port() + " --count 1").out())
				.contains("seq=1 OK 64 bytes")
				.doesNotContain("\u001B");
		}
	}

	private static String[] split(String arguments) {
		return arguments.isEmpty() ? new String[0] : arguments.split(" ");
	}

}
