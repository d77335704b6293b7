package io.tcpecho.cli;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The numbers that scripts rely on.
 */
class ExitCodeTests {

	@Test
	void whenAScriptLooksAtTheNumbersTheyAreTheDocumentedOnes() {
		assertThat(ExitCode.values()).extracting(ExitCode::number).containsExactly(0, 1, 2, 3);
		assertThat(ExitCode.values()).containsExactly(ExitCode.OK, ExitCode.VERDICT, ExitCode.USAGE,
				ExitCode.LOCAL_ERROR);
	}

	@Test
	void whenThereAreTwoTheWorseOneCounts() {
		assertThat(ExitCode.OK.or(ExitCode.VERDICT)).isEqualTo(ExitCode.VERDICT);
		assertThat(ExitCode.LOCAL_ERROR.or(ExitCode.VERDICT)).isEqualTo(ExitCode.LOCAL_ERROR);
		assertThat(ExitCode.OK.or(ExitCode.OK)).isEqualTo(ExitCode.OK);
	}

}
