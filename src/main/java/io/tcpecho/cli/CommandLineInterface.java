package io.tcpecho.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.stream.Stream;

import io.tcpecho.text.Printable;
import io.tcpecho.via.ViaProxy;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * The command {@code tcp-echo} and its subcommands. Arguments that are no command start
 * the server, so that properties can be given without one.
 */
@Command(name = Version.PROGRAM, mixinStandardHelpOptions = true, versionProvider = Version.class,
		synopsisSubcommandLabel = "COMMAND",
		description = "A TCP echo endpoint that can be trusted as a measuring instrument, and the client that measures"
				+ " against it. Without a command it starts the server; arguments that begin with -- are then"
				+ " properties.",
		commandListHeading = "%nCommands:%n",
		subcommands = { ServeCommand.class, ProbeCommand.class, PathCommand.class, LoadCommand.class,
				ExplainCommand.class, ConfigCommand.class, CheckConfigCommand.class, HelpCommand.class,
				GenerateCompletion.class, GenerateManualCommand.class },
		footer = { "", ExitCode.HELP })
public final class CommandLineInterface {

	private CommandLineInterface() {
	}

	/**
	 * Return whether these arguments start the server. If they are meant for it and are
	 * wrong, or ask for help, {@link #run} says so instead.
	 */
	public static boolean isServer(String... args) {
		return args.length == 0 || new ServerArguments(args).run(ServeCommand.NAME);
	}

	/**
	 * Return whether these arguments ask to check the configuration of the server.
	 */
	public static boolean isConfigurationCheck(String... args) {
		return new ServerArguments(args).run(CheckConfigCommand.NAME);
	}

	/**
	 * Return the exit code of a check of the configuration, and print its result.
	 * @param accepted whether the server would start
	 */
	public static int checked(PrintStream out, boolean accepted) {
		if (accepted) {
			out.println("The configuration is accepted.");
		}
		return (accepted ? ExitCode.OK : ExitCode.VERDICT).number();
	}

	/** Return the arguments for Spring Boot, without the name of the command. */
	public static String[] serverArguments(String... args) {
		return new ServerArguments(args).properties();
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
		CommandLine commandLine = commandLine(out, err);
		ServerArguments server = new ServerArguments(args);
		if (!server.areMeant()) {
			return commandLine.execute(args);
		}
		List<String> problems = server.problems();
		if (problems.isEmpty()) {
			return commandLine.execute(
					Stream.concat(Stream.of(server.command()), server.helpOption().stream()).toArray(String[]::new));
		}
		return refuse(String.join("; ", problems), commandLine.getSubcommands().get(server.command()));
	}

	/** Return the commands, ready to execute arguments. */
	static CommandLine commandLine(PrintStream out, PrintStream err) {
		ConsoleWriter console = ConsoleWriter.of(out);
		return new CommandLine(new CommandLineInterface()).setOut(console)
			.setErr(ConsoleWriter.of(err))
			.setColorScheme(Help.defaultColorScheme(console.ansi()))
			.setCaseInsensitiveEnumValuesAllowed(true)
			.setUsageHelpAutoWidth(true)
			.setExpandAtFiles(false)
			.setExecutionExceptionHandler(CommandLineInterface::fail)
			.setParameterExceptionHandler(CommandLineInterface::refuse);
	}

	private static int refuse(ParameterException ex, String[] args) {
		return refuse(withoutLogins(Refusals.text(ex), args), ex.getCommandLine());
	}

	/** Leave out the login of a proxy, also where its URL was given at a wrong place. */
	private static String withoutLogins(String problem, String[] args) {
		String shown = problem;
		for (String arg : args) {
			String value = arg.startsWith("--") ? arg.substring(arg.indexOf('=') + 1) : arg;
			shown = value.isEmpty() ? shown : shown.replace(value, ViaProxy.withoutLogin(value));
		}
		return shown;
	}

	/** Print an error in one line. */
	private static int refuse(String problem, CommandLine command) {
		String name = command.getCommandSpec().qualifiedName();
		command.getErr().println(name + ": " + Printable.of(problem) + " (see " + name + " --help)");
		return ExitCode.USAGE.number();
	}

	/** Print a failure that has no verdict, which is a defect, with its stack trace. */
	private static int fail(Exception failure, CommandLine command, ParseResult parsed) {
		StringWriter trace = new StringWriter();
		failure.printStackTrace(new PrintWriter(trace));
		command.getErr().print(Printable.lines(trace));
		command.getErr().flush();
		return ExitCode.LOCAL_ERROR.number();
	}

}
