package io.tcpecho.cli;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.tcpecho.load.Tally;
import io.tcpecho.probe.Verdict;
import io.tcpecho.probe.diagnosis.Cause;
import io.tcpecho.probe.diagnosis.Diagnosis;
import io.tcpecho.text.Json;
import io.tcpecho.text.Printable;
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

	/** Return the verdicts with their numbers, each with its likeliest causes. */
	Stream<String> table() {
		Diagnosis diagnosis = diagnosis();
		return this.tally.verdicts().entrySet().stream().flatMap((entry) -> {
			String count = String.format(Locale.ROOT, "%,12d %s", entry.getValue(),
					coloured(entry.getKey(), this.ansi));
			List<String> lines = lines(diagnosis, entry.getKey());
			return lines.isEmpty() ? Stream.of(count) : Stream.concat(Stream.of(count + ": " + lines.get(0)),
					lines.stream().skip(1).map((line) -> " ".repeat(13) + line));
		});
	}

	/** Return one or two lines for each verdict that has causes, the likeliest first. */
	Stream<String> causes() {
		Diagnosis diagnosis = diagnosis();
		return this.tally.verdicts().keySet().stream().flatMap((verdict) -> {
			List<String> lines = lines(diagnosis, verdict);
			return lines.isEmpty() ? Stream.empty() : Stream.concat(Stream.of(verdict + ": " + lines.get(0)),
					lines.stream().skip(1).map((line) -> "  " + line));
		});
	}

	/** Return the lines under a verdict. Their reasons may quote what a peer sent. */
	private static List<String> lines(Diagnosis diagnosis, Verdict verdict) {
		return diagnosis.lines(verdict).stream().map(Printable::of).toList();
	}

	/** Return the causes of everything that was not OK as a list of JSON. */
	List<Json> causesJson() {
		return (failures() == 0) ? List.of() : diagnosis().causes().stream().map(Cause::json).toList();
	}

	/** Return how many exchanges were not OK. */
	long failures() {
		return this.tally.exchanges() - this.tally.count(Verdict.OK);
	}

	private Diagnosis diagnosis() {
		return Diagnosis.of(this.tally.observations());
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
