package io.tcpecho.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Help.Ansi;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * When a command takes its output for a terminal, and what it prints there.
 */
class ConsoleWriterTests {

	@ParameterizedTest
	@ValueSource(strings = { "/dev/pts/0", "/dev/tty1", "/dev/ttyS0", "/dev/console", "/dev/hvc0" })
	void aTerminalHasColours(String device) {
		ConsoleWriter writer = writer(device, Map.of("TERM", "xterm"));
		assertThat(ConsoleWriter.isTerminal(writer)).isTrue();
		assertThat(writer.ansi()).isEqualTo(Ansi.ON);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "/dev/null", "pipe:[4711]", "socket:[4711]", "/tmp/dev/pts/0", "/dev/pts/ptmx" })
	void whatIsNoTerminalHasNone(String device) {
		ConsoleWriter writer = writer(device, Map.of("TERM", "xterm"));
		assertThat(ConsoleWriter.isTerminal(writer)).isFalse();
		assertThat(writer.ansi()).isEqualTo(Ansi.OFF);
	}

	@ParameterizedTest
	@CsvSource({ "NO_COLOR, 1, true, false", "NO_COLOR, '', true, true", "TERM, dumb, false, false" })
	void theEnvironmentTakesColoursAndMotionAway(String name, String value, boolean terminal, boolean colours) {
		ConsoleWriter writer = writer("/dev/pts/0", Map.of(name, value));
		assertThat(ConsoleWriter.isTerminal(writer)).isEqualTo(terminal);
		assertThat(writer.ansi()).isEqualTo(colours ? Ansi.ON : Ansi.OFF);
	}

	@Test
	void aLongLineIsBrokenBetweenWordsAndColoursTakeNoRoom() {
		String red = Ansi.ON.string("@|red REPLY_LOST|@");
		String line = (red + " the path lost the reply").concat(" word".repeat(30));
		List<String> lines = ConsoleWriter.wrapped(line, 4).lines().toList();
		assertThat(lines).hasSizeGreaterThan(1)
			.allSatisfy((part) -> assertThat(part.replaceAll("\u001B\\[[0-9;]*m", ""))
				.hasSizeLessThanOrEqualTo(ConsoleWriter.COLUMNS));
		assertThat(lines.subList(1, lines.size())).allSatisfy((part) -> assertThat(part).startsWith("    word"));
		assertThat(String.join("", lines).replace(" ", "")).isEqualTo(line.replace(" ", ""));
	}

	private static ConsoleWriter writer(String device, Map<String, String> environment) {
		return new ConsoleWriter(new PrintStream(new ByteArrayOutputStream()), device, environment);
	}

}
