package io.tcpecho.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

import io.tcpecho.framing.Framing;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The pages that are read first: the README has a command for each framing, and they are
 * short.
 */
class ReadmeTests {

	@ParameterizedTest
	@EnumSource
	void whenThereIsAFramingTheReadmeHasACommandForIt(Framing framing) throws IOException {
		String name = framing.name().toLowerCase(Locale.ROOT).replace('_', '-');
		assertThat(Files.readAllLines(Path.of("README.md")))
			.anyMatch((line) -> line.contains("| `" + name + "` |") && line.contains("nc -N localhost"));
	}

	@ParameterizedTest
	@CsvSource({ "README.md, 160", "docs/benchmarks.md, 120" })
	void whenAPageIsForABusyReaderItIsShort(String page, int maxLines) throws IOException {
		assertThat(Files.readAllLines(Path.of(page))).hasSizeLessThanOrEqualTo(maxLines);
	}

}
