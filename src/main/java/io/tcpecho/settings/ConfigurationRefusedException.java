package io.tcpecho.settings;

import java.util.List;

import io.tcpecho.text.Printable;

/**
 * Thrown when the configuration contradicts itself or the machine it runs on. Each
 * problem names the property, its value and the limit.
 */
public class ConfigurationRefusedException extends RuntimeException {

	private final List<String> problems;

	public ConfigurationRefusedException(List<String> problems) {
		super("The configuration of tcp-echo is refused: " + Printable.of(String.join("; ", problems)));
		this.problems = problems.stream().map(Printable::of).toList();
	}

	/** Return the problems, each a sentence without a full stop. */
	public List<String> getProblems() {
		return this.problems;
	}

}
