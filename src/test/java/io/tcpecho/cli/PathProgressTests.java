package io.tcpecho.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Pattern;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The progress of {@code path} on a terminal and elsewhere.
 */
class PathProgressTests {

	private final ByteArrayOutputStream err = new ByteArrayOutputStream();

	@Test
	void whenThereIsATerminalABarWithTheTimeLeftIsShownAndRemoved() {
		PathProgress progress = progress(Ansi.ON);
		progress.begin("idle", Duration.ofSeconds(100));
		Awaitility.await()
			.until(() -> Pattern.compile("idle +[1-9]% \\[.*  [1-9]/100 s \\(0:00:0").matcher(text()).find());
		progress.end();
		assertThat(text()).endsWith("\r" + " ".repeat(78) + "\r").doesNotContain("\n");
		int length = text().length();
		progress.end();
		assertThat(text()).hasSize(length);
	}

	@Test
	void whenThereIsNoTerminalALineIsPrinted() {
		PathProgress progress = progress(Ansi.OFF);
		progress.begin("idle", Duration.ofSeconds(100));
		progress.begin("ends", Duration.ZERO);
		progress.end();
		assertThat(text()).isEqualTo("idle: takes at most 100 s\n");
	}

	private PathProgress progress(Ansi ansi) {
		PrintStream stream = new PrintStream(this.err, true, StandardCharsets.UTF_8);
		CommandLine command = CommandLineInterface.commandLine(stream, stream);
		command.setColorScheme(Help.defaultColorScheme(ansi));
		return PathProgress.on(command);
	}

	private String text() {
		return this.err.toString(StandardCharsets.UTF_8);
	}

}
