package io.tcpecho.cli;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

import io.tcpecho.load.Tally;
import io.tcpecho.probe.Probe.Settings;
import io.tcpecho.probe.Result;
import io.tcpecho.probe.Verdict;
import io.tcpecho.text.Amounts;
import org.HdrHistogram.Histogram;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/**
 * What {@code probe} prints: a line for each exchange, then a summary.
 */
final class ProbeReport {

	private final PrintWriter out;

	private final Ansi ansi;

	private final Settings settings;

	private final boolean json;

	private final Tally all = new Tally();

	private final VerdictSummary verdicts;

	private final Map<Integer, Tally> bySize = new LinkedHashMap<>();

	ProbeReport(CommandLine command, Settings settings, boolean json) {
		this.out = command.getOut();
		this.ansi = command.getColorScheme().ansi();
		this.verdicts = new VerdictSummary(this.all, this.ansi);
		this.settings = settings;
		this.json = json;
	}

	void begin() {
		if (!this.json) {
			this.out.println("PROBE " + this.settings.target() + ", framing " + this.settings.format() + ", timeout "
					+ this.settings.timeout().toMillis() + " ms");
		}
	}

	void add(Result result) {
		this.all.add(result);
		this.bySize.computeIfAbsent(result.size(), (size) -> new Tally()).add(result);
		this.out.println(this.json ? json(result) : text(result));
	}

	static Json json(Result result) {
		return new Json().with("seq", result.seq())
			.with("verdict", result.verdict())
			.with("size", result.size())
			.with("bytesSent", result.bytesSent())
			.with("bytesReceived", result.bytesReceived())
			.with("connectMillis", millisOrNull(result.connectNanos()))
			.with("firstByteMillis", millisOrNull(result.firstByteNanos()))
			.with("totalMillis", Result.millis(result.totalNanos()))
			.with("detail", result.detail());
	}

	private String text(Result result) {
		StringBuilder line = new StringBuilder("seq=" + result.seq() + " "
				+ VerdictSummary.coloured(result.verdict(), this.ansi) + " " + result.size() + " bytes");
		append(line, "connect", result.connectNanos());
		append(line, "first byte", result.firstByteNanos());
		append(line, "total", result.totalNanos());
		return line + (result.detail().isEmpty() ? "" : ": " + result.detail());
	}

	void end() {
		if (this.json) {
			this.out.println(new Json().with("summary", summary()));
			return;
		}
		this.out.println("--- " + this.settings.target() + ": " + Amounts.count(this.all.exchanges(), "exchange") + ", "
				+ this.verdicts.line());
		this.bySize.forEach((size, tally) -> {
			Histogram nanos = tally.totalNanos();
			this.out
				.println(size + " bytes: " + tally.count(Verdict.OK) + " of " + tally.exchanges() + " OK"
						+ ((nanos.getTotalCount() == 0) ? "" : String.format(Locale.ROOT,
								", total min %.3f, p50 %.3f, p99 %.3f, max %.3f ms", Result.millis(nanos.getMinValue()),
								Result.millis(nanos.getValueAtPercentile(50)),
								Result.millis(nanos.getValueAtPercentile(99)), Result.millis(nanos.getMaxValue()))));
		});
		this.verdicts.causes().forEach(this.out::println);
		if (exitCode() != ExitCode.OK) {
			this.out.println("tcp-echo probe --diagnose " + this.settings.target() + " looks for the cause.");
		}
	}

	private Json summary() {
		Histogram nanos = this.all.totalNanos();
		boolean any = nanos.getTotalCount() > 0;
		return new Json().with("exchanges", this.all.exchanges())
			.with("ok", this.all.count(Verdict.OK))
			.with("verdicts", this.verdicts.json())
			.with("causes", this.verdicts.causesJson())
			.with("totalMillis",
					any ? new Json().with("min", Result.millis(nanos.getMinValue()))
						.with("p50", Result.millis(nanos.getValueAtPercentile(50)))
						.with("p99", Result.millis(nanos.getValueAtPercentile(99)))
						.with("max", Result.millis(nanos.getMaxValue())) : null);
	}

	private static void append(StringBuilder line, String name, long nanos) {
		if (nanos != Result.NEVER) {
			line.append(String.format(Locale.ROOT, ", %s %.3f ms", name, Result.millis(nanos)));
		}
	}

	private static Object millisOrNull(long nanos) {
		return (nanos == Result.NEVER) ? null : Result.millis(nanos);
	}

	ExitCode exitCode() {
		return this.verdicts.exitCode();
	}

}
