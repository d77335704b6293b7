package io.tcpecho.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.regex.Pattern;

import io.tcpecho.via.ViaProxy;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.ParameterException;

/**
 * The command {@code tcp-echo} and its subcommands. Arguments that are no command start
 * the server, so that properties can be given without one.
 */
@Command(name = Version.PROGRAM, mixinStandardHelpOptions = true, versionProvider = Version.class,
		synopsisSubcommandLabel = "COMMAND",
		description = "A TCP echo endpoint that can be trusted as a measuring instrument, and the client that measures"
				+ " against it. Without a command it starts the server; arguments that begin with -- are then"
				+ " properties.",
		commandListHeading = "%nCommands:%n", subcommands = { ServeCommand.class, ProbeCommand.class, LoadCommand.class,
				ExplainCommand.class, HelpCommand.class, GenerateCompletion.class },
		footer = { "", ExitCode.HELP })
public final class CommandLineInterface {

	private static final Set<String> HELP_OPTIONS = Set.of("-h", "--help", "-V", "--version");

	/** What picocli says before a message about an argument without a name. */
	private static final Pattern POSITIONAL = Pattern
		.compile("^Invalid value for positional parameter at index \\S+ \\([^)]*\\): ");

	private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cc}\\p{Zl}\\p{Zp}]");

	private CommandLineInterface() {
	}

	/** Return whether these arguments start the server. */
	public static boolean isServer(String... args) {
		if (args.length == 0) {
			return true;
		}
		if (args[0].equals(ServeCommand.NAME)) {
			return Arrays.stream(args).noneMatch(HELP_OPTIONS::contains);
		}
		return args[0].startsWith("--") && !HELP_OPTIONS.contains(args[0]);
	}

	/** Return the arguments for Spring Boot, without the name of the command. */
	public static String[] serverArguments(String... args) {
		boolean named = args.length > 0 && args[0].equals(ServeCommand.NAME);
		return Arrays.copyOfRange(args, named ? 1 : 0, args.length);
	}

	/**
	 * Run a command other than the server. The exit code is 0 if every exchange was OK, 1
	 * if one ended in another verdict, 2 if the arguments are wrong, and 3 if this
	 * machine or the client failed.
	 * @param out where results go
	 * @param err where errors and progress go
	 * @return the exit code
	 */
	public static int run(PrintStream out, PrintStream err, String... args) {
		return commandLine(out, err).execute(args);
	}

	/** Return the commands, ready to execute arguments. */
	static CommandLine commandLine(PrintStream out, PrintStream err) {
		return new CommandLine(new CommandLineInterface()).setOut(writer(out))
			.setErr(writer(err))
			.setCaseInsensitiveEnumValuesAllowed(true)
			.setUsageHelpAutoWidth(true)
			.setExpandAtFiles(false)
			.setExitCodeExceptionMapper((failure) -> ExitCode.LOCAL_ERROR.number())
			.setParameterExceptionHandler(CommandLineInterface::refuse);
	}

	/** Return a writer that flushes after each line. */
	private static PrintWriter writer(PrintStream stream) {
		return new PrintWriter(stream, true, StandardCharsets.UTF_8);
	}

	/** Print the error in one line. */
	private static int refuse(ParameterException ex, String[] args) {
		String command = ex.getCommandLine().getCommandSpec().qualifiedName();
		ex.getCommandLine()
			.getErr()
			.println(command + ": "
					+ printable(ViaProxy
						.withoutLogin(POSITIONAL.matcher(String.valueOf(ex.getMessage())).replaceFirst("")))
					+ " (see " + command + " --help)");
		return ExitCode.USAGE.number();
	}

	/** Show characters that would break the line, or drive the terminal, as escapes. */
	private static String printable(String text) {
		return UNPRINTABLE.matcher(text)
			.replaceAll((character) -> String.format("\\\\u%04x", (int) character.group().charAt(0)));
	}

}
