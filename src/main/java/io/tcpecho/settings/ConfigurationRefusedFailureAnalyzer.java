package io.tcpecho.settings;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Lists the problems of the configuration.
 */
class ConfigurationRefusedFailureAnalyzer extends AbstractFailureAnalyzer<ConfigurationRefusedException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, ConfigurationRefusedException cause) {
		return new FailureAnalysis(
				"The configuration of tcp-echo is refused:\n  - " + String.join("\n  - ", cause.getProblems()),
				"Correct these properties; application.yml describes each of them.", cause);
	}

}
