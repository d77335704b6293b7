package io.tcpecho.cli;

import java.util.ArrayList;
import java.util.List;

import io.tcpecho.probe.Verdict;
import io.tcpecho.probe.diagnosis.Cause;
import io.tcpecho.probe.diagnosis.Diagnosis;

/**
 * A diagnosis as the commands print it.
 */
final class DiagnosisText {

	private DiagnosisText() {
	}

	/** Return the lines for a verdict: at most two. */
	static List<String> lines(Verdict verdict, Diagnosis diagnosis) {
		List<String> lines = new ArrayList<>();
		for (String line : diagnosis.lines(verdict)) {
			lines.add((lines.isEmpty() ? verdict + ": " : "  ") + line);
		}
		return lines;
	}

	/** Return causes as a list of JSON. */
	static List<Json> causes(List<Cause> causes) {
		return causes.stream()
			.map((cause) -> new Json().with("cause", cause.kind().label())
				.with("weight", cause.weight())
				.with("sentence", cause.kind().sentence() + ".")
				.with("reason", cause.reason())
				.with("remedy", cause.kind().remedy()))
			.toList();
	}

}
