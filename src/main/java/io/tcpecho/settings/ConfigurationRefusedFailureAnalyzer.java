package io.tcpecho.settings;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Lists the problems of the configuration.
 */
class ConfigurationRefusedFailureAnalyzer extends AbstractFailureAnalyzer<ConfigurationRefusedException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, ConfigurationRefusedException cause) {
		return report(cause);
	}

	/** Return the report of what is refused. */
	static FailureAnalysis report(ConfigurationRefusedException cause) {
		return new FailureAnalysis(
				"The configuration of tcp-echo is refused:\n  - " + String.join("\n  - ", cause.getProblems()),
				"Correct these properties; the command 'tcp-echo config' prints application.yml, which describes each of"
						+ " them.",
				cause);
	}

}
