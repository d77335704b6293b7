package io.tcpecho.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

import com.code_intelligence.jazzer.junit.FuzzTest;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Any arguments: they are understood, or refused in one line with exit code 2. What is
 * understood is not done, but for help.
 *
 * <p>
 * An input is the arguments as {@code /proc/PID/cmdline} has them, with a byte 0 between
 * them. It is replayed in every build; the profile {@code fuzz} looks for further ones.
 */
class CommandLineFuzzTests {

	private final ByteArrayOutputStream out = new ByteArrayOutputStream();

	private final ByteArrayOutputStream err = new ByteArrayOutputStream();

	/** Made once for all inputs that are tried, because that takes a while. */
	private final CommandLine commandLine = CommandLineInterface
		.commandLine(new PrintStream(this.out, true, StandardCharsets.UTF_8),
				new PrintStream(this.err, true, StandardCharsets.UTF_8))
		.setExecutionStrategy(CommandLineFuzzTests::understand);

	@FuzzTest
	void whateverTheArgumentsAreTheyAreUnderstoodOrRefusedInOneLine(byte[] input) {
		String[] arguments = new String(input, StandardCharsets.UTF_8).split("\0", -1);
		if (CommandLineInterface.isServer(arguments)) {
			assertThat(CommandLineInterface.serverArguments(arguments)).hasSizeLessThanOrEqualTo(arguments.length);
			return;
		}
		this.out.reset();
		this.err.reset();
		int exitCode = this.commandLine.execute(arguments);
		String errors = this.err.toString(StandardCharsets.UTF_8);
		if (exitCode == ExitCode.OK.number()) {
			assertThat(errors).isEmpty();
		}
		else {
			assertThat(exitCode).isEqualTo(ExitCode.USAGE.number());
			assertThat(errors)
				.matches("tcp-echo( \\S+)*: [^\\p{Cc}\\p{Zl}\\p{Zp}]+ \\(see tcp-echo( \\S+)* --help\\)\n");
			assertThat(this.out.size()).as("bytes on standard output").isZero();
		}
	}

	/** Probe and load nothing; do all other commands. */
	private static int understand(ParseResult parsed) {
		Integer help = CommandLine.executeHelpRequest(parsed);
		if (help != null) {
			return help;
		}
		List<CommandLine> commands = parsed.asCommandLineList();
		Object command = commands.get(commands.size() - 1).getCommand();
		if (command instanceof ProbeCommand probe) {
			assertThat(probe.settings()).isNotNull();
			return ExitCode.OK.number();
		}
		if (command instanceof LoadCommand load) {
			assertThat(load.settings()).isNotNull();
			return ExitCode.OK.number();
		}
		return new RunLast().execute(parsed);
	}

}
