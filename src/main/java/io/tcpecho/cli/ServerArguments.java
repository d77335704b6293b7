package io.tcpecho.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

import io.tcpecho.settings.ArgumentKeys;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The arguments of a start of the server, or of the check of its configuration:
 * properties of the form {@code --KEY=VALUE}, after the name of the command or, for a
 * start, without one.
 */
final class ServerArguments {

	private static final Set<String> HELP_OPTIONS = Set.of("-h", "--help", "-V", "--version");

	private final String command;

	private final List<String> properties;

	ServerArguments(String... arguments) {
		String first = (arguments.length > 0) ? arguments[0] : "--";
		boolean named = first.equals(ServeCommand.NAME) || first.equals(CheckConfigCommand.NAME);
		boolean unnamed = first.startsWith("--") && !HELP_OPTIONS.contains(first);
		this.command = named ? first : unnamed ? ServeCommand.NAME : "";
		this.properties = Arrays.asList(arguments).subList(named ? 1 : 0, arguments.length);
	}

	/**
	 * Return whether they are meant for the server. This is also the case if they are
	 * wrong, or ask for help.
	 */
	boolean areMeant() {
		return !this.command.isEmpty();
	}

	/** Return the command that they belong to: that of the server, or of its check. */
	String command() {
		return this.command;
	}

	/** Return whether a command can be run with them. */
	boolean run(String name) {
		return this.command.equals(name) && this.properties.stream().noneMatch(HELP_OPTIONS::contains)
				&& problems().isEmpty();
	}

	/** Return them without the name of the command. */
	String[] properties() {
		return this.properties.toArray(String[]::new);
	}

	/** Return the arguments that ask for help or the version, the first only. */
	List<String> helpOption() {
		return this.properties.stream().filter(HELP_OPTIONS::contains).limit(1).toList();
	}

	/**
	 * Return a sentence for each argument that is no property. Options of other commands
	 * come alone, because then the word for the command is what is missing.
	 */
	List<String> problems() {
		List<String> keys = this.properties.stream()
			.filter((argument) -> argument.startsWith("--") && !HELP_OPTIONS.contains(argument))
			.map((argument) -> argument.substring(2).split("=", 2)[0])
			.toList();
		List<String> unknown = new ArrayList<>(ArgumentKeys.problems(keys));
		if (!unknown.isEmpty()) {
			List<String> options = keys.stream().flatMap((key) -> optionOfAnotherCommand(key).stream()).toList();
			if (!options.isEmpty()) {
				return options;
			}
		}
		this.properties.stream()
			.filter((argument) -> !argument.startsWith("--") && !HELP_OPTIONS.contains(argument))
			.map((argument) -> "'" + argument + "' is not a property of the form --KEY=VALUE")
			.forEach(unknown::add);
		return unknown;
	}

	private static List<String> optionOfAnotherCommand(String key) {
		List<String> commands = CommandLineInterface.commandLine(System.err, System.err)
			.getSubcommands()
			.values()
			.stream()
			.map(CommandLine::getCommandSpec)
			.filter((command) -> command.options()
				.stream()
				.filter((option) -> !option.usageHelp() && !option.versionHelp())
				.map(OptionSpec::names)
				.anyMatch((names) -> List.of(names).contains("--" + key)))
			.map((command) -> command.qualifiedName())
			.toList();
		return commands.isEmpty() ? List.of()
				: List.of("--" + key + " is not a property, but an option of " + String.join(" and ", commands));
	}

}
