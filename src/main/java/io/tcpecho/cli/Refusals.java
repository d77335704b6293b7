package io.tcpecho.cli;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.tcpecho.text.Spelling;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * What is wrong with arguments, in words for users: picocli's messages without its terms
 * and those of Java, and with the nearest command or option.
 */
final class Refusals {

	/** What picocli says before a message about an argument without a name. */
	private static final Pattern POSITIONAL = Pattern
		.compile("^Invalid value for positional parameter at index \\S+ \\([^)]*\\): ");

	private static final Pattern JAVA_TYPE = Pattern.compile("is not an? (int|long)$");

	private Refusals() {
	}

	/** Return the problem of arguments, a sentence without a full stop. */
	static String text(ParameterException ex) {
		if (ex instanceof UnmatchedArgumentException unmatched && !unmatched.getUnmatched().isEmpty()) {
			return unmatched(unmatched.getUnmatched().get(0), ex.getCommandLine());
		}
		String message = POSITIONAL.matcher(String.valueOf(ex.getMessage())).replaceFirst("");
		return JAVA_TYPE.matcher(message)
			.replaceFirst((type) -> "is not a whole number from -2^" + bits(type.group(1)) + " to 2^"
					+ bits(type.group(1)) + " - 1");
	}

	private static int bits(String type) {
		return type.equals("int") ? Integer.SIZE - 1 : Long.SIZE - 1;
	}

	private static String unmatched(String argument, CommandLine command) {
		if (argument.startsWith("-")) {
			List<String> options = command.getCommandSpec()
				.options()
				.stream()
				.map(OptionSpec::names)
				.flatMap(Stream::of)
				.filter((option) -> option.startsWith("--"))
				.toList();
			String name = argument.split("=", 2)[0];
			return "'" + name + "' is no option" + suggestion(name, options);
		}
		Map<String, CommandLine> commands = command.getSubcommands();
		if (commands.isEmpty()) {
			return "'" + argument + "' is one argument too many";
		}
		return "'" + argument + "' is no command" + suggestion(argument, commands.keySet());
	}

	private static String suggestion(String word, Collection<String> known) {
		return Spelling.nearest(word, known)
			.map((nearest) -> "; did you mean " + nearest + "?")
			.orElse(word.startsWith("-") ? "" : "; the commands are " + String.join(", ", known));
	}

}
