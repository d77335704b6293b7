package io.tcpecho.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

import io.tcpecho.load.GeneratorCpu;
import io.tcpecho.load.LoadOptions;
import io.tcpecho.load.LoadProgress;
import io.tcpecho.load.LoadSummary;
import io.tcpecho.load.Tally;
import io.tcpecho.probe.Result;
import io.tcpecho.probe.Verdict;
import io.tcpecho.text.Amounts;
import io.tcpecho.text.Printable;
import org.HdrHistogram.Histogram;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/**
 * The output of {@code load} and {@code load merge}: the progress of each second, on
 * standard error, and a summary as text or JSON.
 */
final class LoadReport {

	/** Up to where the numbers of verdicts reach. */
	private static final int INDENT = 13;

	private static final int SHORTEST_NAME = 8;

	private final CommandLine command;

	private final PrintWriter out;

	private final PrintWriter err;

	private final Ansi ansi;

	private final Form form;

	private final Progress progress;

	LoadReport(CommandLine command, Form form) {
		this.command = command;
		this.out = command.getOut();
		this.err = command.getErr();
		this.ansi = command.getColorScheme().ansi();
		this.form = form;
		this.progress = new Progress(this.err, ConsoleWriter.isTerminal(this.err));
	}

	void begin(LoadOptions options) {
		if (this.form == Form.TEXT) {
			print("LOAD " + Printable.of(options.target() + entrance(options)) + ", framing " + options.framing() + ", "
					+ sizes(options) + ", " + Amounts.count(options.connections(), "connection") + ", " + pace(options)
					+ ", " + seconds(options.duration().toMillis()) + " s after " + seconds(options.warmup().toMillis())
					+ " s of warm-up", 2);
		}
	}

	private static String entrance(LoadOptions options) {
		return options.entrance().isEmpty() ? "" : ", " + options.entrance();
	}

	/** Return the sizes of the messages in words. */
	static String sizes(LoadOptions options) {
		List<Integer> sizes = options.sizes();
		String last = Amounts.count(sizes.get(sizes.size() - 1), "byte");
		return (sizes.size() == 1) ? last
				: sizes.stream()
					.limit(sizes.size() - 1)
					.map(String::valueOf)
					.collect(Collectors.joining(", ", "", " and " + last + " in turn"));
	}

	/** Return how fast exchanges begin, in words. */
	static String pace(LoadOptions options) {
		return (options.rate() > 0) ? Amounts.count(options.rate(), "exchange") + " a second" : "as fast as possible";
	}

	/** Return whether the output is closed: nothing reads it any more. */
	boolean isOutputClosed() {
		return this.err.checkError() || this.out.checkError();
	}

	/**
	 * Show a second. One that is not whole is left out: its rate would look like a fall.
	 */
	void progress(LoadProgress second, LoadOptions options) {
		if (second.isWhole() && this.form != Form.NONE) {
			this.progress.step("load", options.warmup().plus(options.duration()), second.second(),
					String.format(Locale.ROOT, "%,9d/s  %,d failed  p99 %s%s", second.ok(), second.failed(),
							(second.p99Nanos() == Result.NEVER) ? "-" : millis(second.p99Nanos()) + " ms",
							second.warmUp() ? "  (warm-up)" : ""));
		}
	}

	private static String millis(long nanos) {
		return String.format(Locale.ROOT, "%.3f", Result.millis(nanos));
	}

	void endProgress() {
		this.progress.end();
	}

	/** Print the results and return the exit code. */
	ExitCode end(LoadResult result) {
		switch (this.form) {
			case TEXT -> print(result);
			case JSON -> this.out.println(LoadJson.of(result));
			case NONE -> {
			}
		}
		return isOutputClosed() ? ExitCode.LOCAL_ERROR : result.exitCode();
	}

	private void print(LoadResult result) {
		LoadSummary summary = result.summary();
		Tally tally = summary.tally();
		print(String.format(Locale.ROOT, "--- %s: %,d exchange%s in %s s, %s, %,.2f MB/s each way",
				Printable.of(summary.options().target()), tally.exchanges(), (tally.exchanges() == 1) ? "" : "s",
				seconds(summary.measured().toMillis()),
				this.ansi.string(String.format(Locale.ROOT, "@|bold %,.0f OK a second|@", summary.rate())),
				summary.bytesPerSecond() / 1e6), 4);
		new VerdictSummary(tally, this.ansi).table().forEach((line) -> print(line, INDENT));
		if (summary.notBegun() > 0) {
			print(String.format(Locale.ROOT,
					"%,12d %s due but had no free connection; use more --connections or a lower --rate",
					summary.notBegun(), (summary.notBegun() == 1) ? "was" : "were"), INDENT);
		}
		printTimes(tally);
		if (tally.fullTlsNanos().getTotalCount() + tally.resumedTlsNanos().getTotalCount() > 0) {
			print(String.format(Locale.ROOT, "TLS: %,d full handshakes, %,d resumed",
					tally.fullTlsNanos().getTotalCount(), tally.resumedTlsNanos().getTotalCount()), 2);
		}
		ReplicaReport.table(tally.replicas()).forEach(this.out::println);
		if (summary.generatorCpu().isKnown()) {
			print(generator(summary), 2);
		}
		result.notes().forEach((note) -> print(Printable.of(note), 2));
		result.conditions()
			.forEach((condition) -> print(this.ansi.string(
					"@|" + (condition.isMetBy(summary) ? "red" : "green") + " " + condition.sentence(summary) + "|@"),
					2));
	}

	private void printTimes(Tally tally) {
		if (tally.count(Verdict.OK) == 0) {
			return;
		}
		boolean several = tally.sizes().size() > 1;
		int width = several ? tally.sizes().stream().mapToInt((size) -> name(size).length()).max().orElse(0) : 0;
		width = Math.max(SHORTEST_NAME, width);
		this.out
			.println(" ".repeat(width - SHORTEST_NAME) + "            p50       p90       p99     p99.9       max  ms");
		print("connect", width, tally.connectNanos());
		print("via", width, tally.viaNanos());
		print("tls", width, tally.fullTlsNanos());
		print("resumed", width, tally.resumedTlsNanos());
		print("exchange", width, tally.totalNanos());
		if (several) {
			for (Tally.OfSize size : tally.sizes()) {
				print(name(size), width, size.totalNanos());
			}
		}
	}

	private static String name(Tally.OfSize size) {
		return "  " + Amounts.count(size.size(), "byte");
	}

	/** Return the sentence that says how busy the generator was. */
	static String generator(LoadSummary summary) {
		GeneratorCpu cpu = summary.generatorCpu();
		return String.format(Locale.ROOT, "%s: %.0f %% of a core%s",
				summary.generators().size() > 1 ? "the busiest generator" : "generator", 100 * cpu.share(),
				cpu.isLimit() ? "; it is probably the limit, not the server" : "");
	}

	private void print(String name, int width, Histogram nanos) {
		if (nanos.getTotalCount() > 0) {
			StringBuilder line = new StringBuilder(name).append(" ".repeat(width - name.length()));
			Percentiles.of(nanos)
				.values()
				.forEach((millis) -> line.append(String.format(Locale.ROOT, "%10.3f", millis)));
			this.out.println(line);
		}
	}

	private void print(String line, int indent) {
		ConsoleWriter.print(this.command, line, indent);
	}

	/** Return a time in seconds, with a fraction only if it has one. */
	static String seconds(long millis) {
		return (millis % 1_000 == 0) ? Long.toString(millis / 1_000) : String.format(Locale.ROOT, "%.1f", millis / 1e3);
	}

	/** What is shown. */
	enum Form {

		TEXT, JSON,

		/** Neither progress nor summary. */
		NONE

	}

}
