package io.tcpecho.cli;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;

import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/**
 * Standard output or standard error of a command; flushes after each line. It knows
 * whether a terminal shows it, and whether that has colours.
 */
final class ConsoleWriter extends PrintWriter {

	/** What every terminal has room for. */
	static final int COLUMNS = 80;

	private static final Pattern TERMINAL = Pattern.compile("/dev/(pts/\\d+|tty.*|console|hvc\\d+)");

	private static final Pattern COLOUR = Pattern.compile("\u001B\\[[0-9;]*m");

	private final PrintStream stream;

	private final boolean terminal;

	private final boolean colours;

	/**
	 * Create a writer.
	 * @param device the device behind the stream; empty if there is none
	 * @param environment the variables of the environment: {@code NO_COLOR} takes the
	 * colours away, and {@code TERM=dumb} whatever moves
	 */
	ConsoleWriter(PrintStream stream, String device, Map<String, String> environment) {
		super(stream, true, StandardCharsets.UTF_8);
		this.stream = stream;
		this.terminal = TERMINAL.matcher(device).matches() && !"dumb".equals(environment.get("TERM"));
		this.colours = this.terminal && environment.getOrDefault("NO_COLOR", "").isEmpty();
	}

	/** Return the writer of a stream. */
	static ConsoleWriter of(PrintStream stream) {
		return new ConsoleWriter(stream, (stream == System.out) ? device(1) : (stream == System.err) ? device(2) : "",
				System.getenv());
	}

	private static String device(int descriptor) {
		try {
			return Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
		}
		catch (IOException ex) {
			return "";
		}
	}

	/** Return whether a command writes its errors to a terminal. */
	static boolean isTerminal(PrintWriter writer) {
		return writer instanceof ConsoleWriter console && console.terminal;
	}

	/**
	 * Return a stream that leads to where the writer leads. To close it only flushes.
	 * Like the writer, it throws no error of writing: {@link #checkError()} tells of it.
	 */
	OutputStream stream() {
		return new FilterOutputStream(this.stream) {
			@Override
			public void write(byte[] bytes, int offset, int length) throws IOException {
				this.out.write(bytes, offset, length);
			}

			@Override
			public void close() throws IOException {
				flush();
			}
		};
	}

	/** Return whether texts have colours. */
	Ansi ansi() {
		return this.colours ? Ansi.ON : Ansi.OFF;
	}

	/**
	 * Print a line of a summary. On a terminal it is broken between words where it is
	 * longer than {@value #COLUMNS} columns.
	 * @param indent how far the lines after the first are indented
	 */
	static void print(CommandLine command, String line, int indent) {
		command.getOut().println(isTerminal(command.getOut()) ? wrapped(line, indent) : line);
	}

	/** Return a line broken between words, so that each part fits a terminal. */
	static String wrapped(String line, int indent) {
		StringBuilder text = new StringBuilder();
		int column = 0;
		// Blanks belong to the word after them, so that columns of a table stay.
		for (String word : line.split("(?<=\\S)(?=\\s)")) {
			int length = COLOUR.matcher(word).replaceAll("").length();
			if (column > 0 && column + length > COLUMNS) {
				word = word.stripLeading();
				length = COLOUR.matcher(word).replaceAll("").length();
				text.append("\n").append(" ".repeat(indent));
				column = indent;
			}
			text.append(word);
			column += length;
		}
		return text.toString();
	}

}
