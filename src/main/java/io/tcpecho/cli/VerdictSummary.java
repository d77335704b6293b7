package io.tcpecho.cli;

import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.tcpecho.load.Tally;
import io.tcpecho.probe.Verdict;
import picocli.CommandLine.Help.Ansi;

/**
 * The verdicts of a run as {@code probe} and {@code load} print them: as text, as JSON,
 * and as an exit code.
 */
final class VerdictSummary {

	private final Tally tally;

	private final Ansi ansi;

	/**
	 * Create a summary.
	 * @param tally the counts, which may still grow
	 * @param ansi whether texts have colours
	 */
	VerdictSummary(Tally tally, Ansi ansi) {
		this.tally = tally;
		this.ansi = ansi;
	}

	/** Return a verdict, green if it is OK and red otherwise. */
	static String coloured(Verdict verdict, Ansi ansi) {
		return ansi.string("@|" + ((verdict == Verdict.OK) ? "green" : "red") + " " + verdict + "|@");
	}

	/** Return the verdicts with their numbers in one line. */
	String line() {
		return this.tally.verdicts()
			.entrySet()
			.stream()
			.map((entry) -> entry.getValue() + " " + coloured(entry.getKey(), this.ansi))
			.collect(Collectors.joining(", "));
	}

	/** Return a line for each verdict, with its number and its usual cause. */
	Stream<String> table() {
		return this.tally.verdicts()
			.entrySet()
			.stream()
			.map((entry) -> String.format(Locale.ROOT, "%,12d %s%s", entry.getValue(),
					coloured(entry.getKey(), this.ansi),
					(entry.getKey() == Verdict.OK) ? "" : ": " + entry.getKey().usualCause()));
	}

	/** Return a line for each verdict other than OK, with its usual cause. */
	Stream<String> causes() {
		return this.tally.verdicts()
			.keySet()
			.stream()
			.filter((verdict) -> verdict != Verdict.OK)
			.map((verdict) -> verdict + ": " + verdict.usualCause());
	}

	/** Return the number of each verdict. */
	Json json() {
		Json verdicts = new Json();
		this.tally.verdicts().forEach((verdict, count) -> verdicts.with(verdict.name(), count));
		return verdicts;
	}

	/** Return the exit code of the command. */
	ExitCode exitCode() {
		if (this.tally.count(Verdict.LOCAL_ERROR) > 0) {
			return ExitCode.LOCAL_ERROR;
		}
		return (this.tally.count(Verdict.OK) == this.tally.exchanges()) ? ExitCode.OK : ExitCode.VERDICT;
	}

}
