package io.tcpecho.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import io.tcpecho.probe.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What {@code explain} prints, which is what docs/verdicts.md says.
 */
class ExplainCommandTests {

	@ParameterizedTest
	@EnumSource
	void whenAVerdictIsNamedItsChapterIsPrinted(Verdict verdict) throws IOException {
		Invocation explain = Invocation.of("explain " + verdict);
		assertThat(explain.exitCode()).isZero();
		assertThat(explain.err()).isEmpty();
		assertThat(explain.out()).startsWith(verdict + "\n\n")
			.doesNotContain("```", "](", "\n#")
			.hasSizeGreaterThan(100);
		String chapters = Files.readString(Path.of("docs", "verdicts.md")).replace("```\n", "");
		assertThat(chapters).contains(explain.out().substring((verdict + "\n\n").length()).strip());
	}

	@ParameterizedTest
	@ValueSource(strings = { "reply_lost", "Reply-Lost", "REPLY_LOST" })
	void whenAVerdictIsWrittenInAnotherCaseItIsTheSame(String name) {
		assertThat(Invocation.of("explain " + name).out()).startsWith("REPLY_LOST\n\n");
	}

	@Test
	void whenNoVerdictIsNamedAllAreListedWithASentence() {
		Invocation explain = Invocation.of("explain");
		assertThat(explain.exitCode()).isZero();
		assertThat(explain.out().lines()).hasSize(Verdict.values().length)
			.allMatch((line) -> line.matches("[A-Z_]+ +\\S.{20,}\\."));
	}

	@ParameterizedTest
	@CsvSource({ "REPLY_LOOST, REPLY_LOST", "toslow, TOO_SLOW", "stall, STALLED", "x, OK" })
	void whenAVerdictIsUnknownTheNearestIsNamed(String name, String nearest) {
		Invocation explain = Invocation.of("explain " + name);
		assertThat(explain.exitCode()).isEqualTo(ExitCode.USAGE.number());
		assertThat(explain.out()).isEmpty();
		assertThat(explain.err()).isEqualTo("tcp-echo explain: '" + name + "' is no verdict; the nearest is " + nearest
				+ " (see tcp-echo explain --help)\n");
	}

}
