package io.tcpecho.probe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Verdicts explain themselves.
 */
class VerdictTests {

	@ParameterizedTest
	@EnumSource
	void whenThereIsAVerdictItHasASentenceAndAChapter(Verdict verdict) throws IOException {
		assertThat(verdict.usualCause()).matches("[A-Z].{30,}\\.");
		assertThat(Files.readString(Path.of("docs", "verdicts.md"))).containsPattern("(?m)^##+ " + verdict + "$");
	}

}
