package io.tcpecho.cli;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.tcpecho.load.FailCondition;
import io.tcpecho.load.LoadSummary;
import io.tcpecho.probe.Verdict;
import io.tcpecho.probe.diagnosis.Diagnosis;

/**
 * A load that is over, with what is to be said about it.
 *
 * @param summary its results
 * @param conditions under which it has failed
 * @param notes sentences about the generators
 */
record LoadResult(LoadSummary summary, List<FailCondition> conditions, List<String> notes) {

	/** Return whether a condition that was given makes the load a failure. */
	boolean hasFailed() {
		return this.conditions.stream().anyMatch((condition) -> condition.isMetBy(this.summary));
	}

	/**
	 * Return the exit code. Without conditions about them, each exchange that was not OK
	 * or has not begun is one too many.
	 */
	ExitCode exitCode() {
		if (this.summary.tally().count(Verdict.LOCAL_ERROR) > 0) {
			return ExitCode.LOCAL_ERROR;
		}
		boolean errors = this.summary.tally().failures() > 0
				&& this.conditions.stream().noneMatch(FailCondition::isAboutErrors);
		boolean notBegun = this.summary.notBegun() > 0
				&& this.conditions.stream().noneMatch(FailCondition::isAboutNotBegun);
		return (errors || notBegun || hasFailed()) ? ExitCode.VERDICT : ExitCode.OK;
	}

	/** Return the lines to print under each verdict, those of OK left out. */
	Map<Verdict, List<String>> causes() {
		Diagnosis diagnosis = Diagnosis.of(this.summary.tally().observations());
		Map<Verdict, List<String>> causes = new TreeMap<>();
		this.summary.tally().verdicts().keySet().forEach((verdict) -> causes.put(verdict, diagnosis.lines(verdict)));
		return causes;
	}

}
