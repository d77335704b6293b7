package io.tcpecho.settings;

import java.util.List;

import io.tcpecho.text.Printable;
import org.junit.jupiter.api.Test;

import org.springframework.boot.diagnostics.FailureAnalysis;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The report of a configuration that is refused.
 */
class ConfigurationRefusedTests {

	@Test
	void whenAProblemQuotesUnsafeCharactersTheReportHasOneLineForItWithEscapes() {
		ConfigurationRefusedException refused = new ConfigurationRefusedException(
				List.of("key \u001b[31m\nAction: \u202e", "other"));
		FailureAnalysis analysis = new ConfigurationRefusedFailureAnalyzer().analyze(refused);
		assertThat(analysis.getDescription()).isEqualTo("""
				The configuration of tcp-echo is refused:
				  - key \\u001b[31m\\u000aAction: \\u202e
				  - other""");
		assertThat(refused.getMessage().codePoints()).noneMatch(Printable::isUnsafe);
	}

}
