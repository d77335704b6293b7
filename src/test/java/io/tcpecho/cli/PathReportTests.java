package io.tcpecho.cli;

import java.util.List;

import io.tcpecho.path.Finding;
import io.tcpecho.path.Measurement;
import io.tcpecho.path.Word;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine.Help.Ansi;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The line that {@code path} prints for a finding.
 */
class PathReportTests {

	@ParameterizedTest
	@CsvSource({ "NO_LIMIT_FOUND, green", "NOT_MEASURABLE, yellow", "LIMIT_FOUND, red", "UNSTABLE, red" })
	void theWordHasAColourOnlyWhereThereAreColours(Word word, String colour) {
		Finding finding = new Finding(Measurement.IDLE, "", word, "a text", Finding.NONE, Finding.NONE, List.of());
		assertThat(PathReport.line(finding, Ansi.OFF)).isEqualTo("idle: " + word + ": a text");
		assertThat(PathReport.line(finding, Ansi.ON))
			.isEqualTo("idle: " + Ansi.ON.string("@|" + colour + " " + word + "|@") + ": a text");
	}

}
