package io.tcpecho.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Pattern;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Progress on a terminal and elsewhere.
 */
class ProgressTests {

	private final ByteArrayOutputStream err = new ByteArrayOutputStream();

	@Test
	void whenThereIsATerminalABarWithTheTimeLeftIsShownAndRemoved() {
		Progress progress = progress(true);
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
		Progress progress = progress(false);
		progress.begin("idle", Duration.ofSeconds(100));
		progress.begin("ends", Duration.ZERO);
		progress.end();
		assertThat(text()).isEqualTo("idle: takes at most 100 s\n");
	}

	@Test
	void whenEachSecondIsToldTheBarHasItsFiguresWithin80Columns() {
		Progress progress = progress(true);
		progress.step("load", Duration.ofSeconds(12), 1, "1,234,567/s  0 failed  p99 1234.567 ms  (warm-up)");
		progress.step("load", Duration.ofSeconds(12), 3, "    2,345/s  7 failed  p99 0.500 ms");
		assertThat(text()).doesNotContain("\n").contains("load  25% [", " 3/12 s ", "2,345/s  7 failed  p99 0.500 ms");
		assertThat(text().split("\r")).allSatisfy((line) -> assertThat(line.length()).isLessThan(80));
		progress.end();
		assertThat(text()).endsWith("\r" + " ".repeat(78) + "\r");
	}

	@Test
	void whenThereIsNoTerminalEachSecondIsALine() {
		Progress progress = progress(false);
		progress.step("load", Duration.ofSeconds(12), 3, "2,345/s  7 failed");
		progress.end();
		assertThat(text()).isEqualTo("   3 s  2,345/s  7 failed\n");
	}

	private Progress progress(boolean terminal) {
		return new Progress(new PrintWriter(this.err, true, StandardCharsets.UTF_8), terminal);
	}

	private String text() {
		return this.err.toString(StandardCharsets.UTF_8);
	}

}
