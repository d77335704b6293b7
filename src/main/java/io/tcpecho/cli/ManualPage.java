package io.tcpecho.cli;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The manual page of one command, from picocli's model of the command: source for
 * {@code man}, with the macros of man(7).
 */
final class ManualPage {

	/** The section of programs. */
	private static final String SECTION = "1";

	/** Lines of a footer that begin so are examples, and stay lines. */
	private static final String EXAMPLE = "  ";

	private final CommandSpec spec;

	private final Help help;

	private final StringBuilder source = new StringBuilder();

	/** Create the page of a command. */
	ManualPage(CommandLine command) {
		this.spec = command.getCommandSpec();
		this.help = command.getHelp();
	}

	private static String name(CommandSpec spec) {
		return spec.qualifiedName("-");
	}

	/** Return whether a command has a page: those about the commands have none. */
	static boolean exists(CommandSpec command) {
		return !command.usageMessage().hidden() && !(command.userObject() instanceof HelpCommand)
				&& !(command.userObject() instanceof GenerateCompletion);
	}

	/** Return the name of its file. */
	String file() {
		return name(this.spec) + "." + SECTION;
	}

	/** Return its source. */
	String source() {
		this.source.setLength(0);
		List<String> description = rendered(this.spec.usageMessage().description());
		macro("TH " + escaped(name(this.spec).toUpperCase(Locale.ROOT)) + " " + SECTION + " \"\" \"" + Version.PROGRAM
				+ " " + Version.number() + "\" \"User Commands\"");
		macro("SH NAME");
		line(name(this.spec) + " - " + firstSentence(String.join(" ", description)));
		macro("SH SYNOPSIS");
		line(this.help.abbreviatedSynopsis().strip());
		macro("SH DESCRIPTION");
		description.forEach(this::line);
		arguments();
		commands();
		macro("SH NOTES");
		rendered(this.spec.usageMessage().footer()).forEach(this::note);
		return this.source.toString();
	}

	private void arguments() {
		macro("SH OPTIONS");
		this.spec.positionalParameters()
			.stream()
			.filter((parameter) -> !parameter.hidden())
			.forEach((parameter) -> argument(parameter.paramLabel(), parameter));
		this.spec.options()
			.stream()
			.filter((option) -> !option.hidden())
			.forEach((option) -> argument(String.join(", ", option.names()) + label(option), option));
	}

	private String label(OptionSpec option) {
		return this.help.createDefaultParamLabelRenderer().renderParameterLabel(option, Ansi.OFF, List.of()).toString();
	}

	private void argument(String label, ArgSpec argument) {
		macro("TP");
		macro("B " + escaped(label));
		rendered(argument.description()).forEach(this::line);
	}

	private void commands() {
		List<CommandSpec> commands = this.help.subcommands()
			.values()
			.stream()
			.map(Help::commandSpec)
			.filter(ManualPage::exists)
			.toList();
		if (!commands.isEmpty()) {
			macro("SH COMMANDS");
		}
		for (CommandSpec command : commands) {
			macro("TP");
			macro("BR " + escaped(name(command)) + " (" + SECTION + ")");
			rendered(command.usageMessage().description()).forEach(this::line);
		}
	}

	private void note(String line) {
		if (line.startsWith(EXAMPLE)) {
			macro("br");
			line(line.strip());
		}
		else if (line.isEmpty()) {
			macro("PP");
		}
		else {
			line(line);
		}
	}

	/** Return texts without the directives that a help message has for its format. */
	private static List<String> rendered(String[] lines) {
		return Stream.of(lines).map((line) -> Ansi.OFF.string(line.replace("%%", "%"))).toList();
	}

	private static String firstSentence(String text) {
		int end = text.indexOf(". ");
		String sentence = (end > 0) ? text.substring(0, end) : text;
		return sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
	}

	private void macro(String macro) {
		this.source.append('.').append(macro).append('\n');
	}

	private void line(String text) {
		this.source.append(escaped(text)).append('\n');
	}

	/**
	 * Return a text as roff prints it: a hyphen, which roff would make a dash, is one,
	 * and no line is taken for a macro.
	 */
	private static String escaped(String text) {
		String escaped = text.replace("\\", "\\e").replace("-", "\\-");
		return (escaped.startsWith(".") || escaped.startsWith("'")) ? "\\&" + escaped : escaped;
	}

}
