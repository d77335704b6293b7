package io.tcpecho.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

import io.tcpecho.framing.Framing;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The README: short enough for five minutes, with a command for each framing.
 */
class ReadmeTests {

	private static final int MAX_LINES = 160;

	@ParameterizedTest
	@EnumSource
	void whenThereIsAFramingTheReadmeHasACommandForIt(Framing framing) throws IOException {
		String name = framing.name().toLowerCase(Locale.ROOT).replace('_', '-');
		assertThat(readme())
			.anyMatch((line) -> line.contains("| `" + name + "` |") && line.contains("nc -N localhost"));
	}

	@Test
	void aNewcomerReadsTheReadmeInFiveMinutes() throws IOException {
		assertThat(readme()).hasSizeLessThanOrEqualTo(MAX_LINES);
	}

	private static List<String> readme() throws IOException {
		return Files.readAllLines(Path.of("README.md"));
	}

}
