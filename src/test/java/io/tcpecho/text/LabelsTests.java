package io.tcpecho.text;

import java.time.Duration;

import io.tcpecho.framing.Framing;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * How constants and durations are written, and constants read.
 */
class LabelsTests {

	@ParameterizedTest
	@CsvSource({ "EOF, eof", "LENGTH_1, length-1" })
	void whenAConstantIsWrittenItIsInLowerCaseWithDashes(Framing framing, String label) {
		assertThat(Labels.of(framing)).isEqualTo(label);
	}

	@ParameterizedTest
	@EnumSource
	void whenALabelIsReadItIsTheConstantAgain(Framing framing) {
		assertThat(Labels.parse(Framing.class, Labels.of(framing))).isEqualTo(framing);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "EOF", "length_1", "length1", "eof " })
	void whenALabelIsOfNoConstantAllAreNamed(String label) {
		assertThatIllegalArgumentException().isThrownBy(() -> Labels.parse(Framing.class, label))
			.withMessage("'" + label + "' is none of eof, line, crlf, length-1, length-2, length-4, fixed, stream");
	}

	@Test
	void whenADurationHasAFractionOfASecondItIsInMilliseconds() {
		assertThat(Labels.of(Duration.ofSeconds(90))).isEqualTo("90s");
		assertThat(Labels.of(Duration.ofMillis(1_500))).isEqualTo("1500ms");
		assertThat(Labels.of(Duration.ZERO)).isEqualTo("0s");
	}

}
