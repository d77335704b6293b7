package io.tcpecho.cli;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.tcpecho.load.GeneratorCpu;
import io.tcpecho.load.LoadProgress;
import io.tcpecho.load.LoadSettings;
import io.tcpecho.load.LoadSummary;
import io.tcpecho.load.Passages;
import io.tcpecho.probe.Result;
import io.tcpecho.probe.Verdict;
import io.tcpecho.text.Amounts;
import io.tcpecho.text.Json;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/**
 * The output of {@code load}: a line of progress for each second, on standard error, and
 * a summary. On a terminal each line of progress takes the place of the one before.
 */
final class LoadReport {

	private static final double BYTES_PER_MEGABYTE = 1_000_000;

	private static final List<String> PERCENTILES_TO_DRAW = List.of("0", "10", "25", "50", "75", "90", "95", "98", "99",
			"99.5", "99.8", "99.9", "99.95", "99.98", "99.99");

	private final PrintWriter out;

	private final PrintWriter err;

	private final Ansi ansi;

	private final LoadSettings settings;

	private final boolean json;

	private boolean lineOpen;

	LoadReport(CommandLine command, LoadSettings settings, boolean json) {
		this.out = command.getOut();
		this.err = command.getErr();
		this.ansi = command.getColorScheme().ansi();
		this.settings = settings;
		this.json = json;
	}

	void begin() {
		if (!this.json) {
			this.out.println(String.format(Locale.ROOT, "LOAD %s%s, framing %s, %s, %s, %s, %s s after %s s of warm-up",
					this.settings.target(), ProbeReport.text(this.settings.entrance()), this.settings.format(),
					Amounts.count(this.settings.size(), "byte"),
					Amounts.count(this.settings.connections(), "connection"),
					(this.settings.rate() > 0) ? Amounts.count(this.settings.rate(), "exchange") + " a second"
							: "as fast as possible",
					seconds(this.settings.duration().toMillis()), seconds(this.settings.warmup().toMillis())));
		}
	}

	/** Return whether the output is closed: nothing reads it any more. */
	boolean isOutputClosed() {
		return this.err.checkError() || this.out.checkError();
	}

	private static String plural(long count) {
		return (count == 1) ? "" : "s";
	}

	void progress(LoadProgress progress) {
		String line = String.format(Locale.ROOT, "%4d s  %,9d/s  %,d failed  p99 %.3f ms%s", progress.second(),
				progress.ok(), progress.failed(), Result.millis(progress.p99Nanos()),
				progress.warmUp() ? "  (warm-up)" : "");
		if (this.ansi.enabled()) {
			this.err.print("\r\u001B[K" + line);
			this.err.flush();
			this.lineOpen = true;
		}
		else {
			this.err.println(line);
		}
	}

	/** Print the summary and return the exit code. */
	ExitCode end(LoadSummary summary) {
		VerdictSummary verdicts = new VerdictSummary(summary.tally(), this.ansi);
		if (this.lineOpen) {
			this.err.println();
		}
		if (this.json) {
			this.out.println(json(summary, verdicts));
		}
		else {
			print(summary, verdicts);
		}
		ExitCode exitCode = (summary.notBegun() > 0) ? verdicts.exitCode().or(ExitCode.VERDICT) : verdicts.exitCode();
		return isOutputClosed() ? ExitCode.LOCAL_ERROR : exitCode;
	}

	private void print(LoadSummary summary, VerdictSummary verdicts) {
		this.out.println(
				String.format(Locale.ROOT, "--- %s: %,d exchange%s in %s s, %,.0f OK a second, %,.2f MB/s each way",
						this.settings.target(), summary.tally().exchanges(), plural(summary.tally().exchanges()),
						seconds(summary.measured().toMillis()), summary.rate(),
						summary.rate() * this.settings.size() / BYTES_PER_MEGABYTE));
		verdicts.table().forEach(this.out::println);
		if (summary.notBegun() > 0) {
			this.out.println(String.format(Locale.ROOT,
					"%,12d %s due but had no free connection; use more --connections or a lower --rate",
					summary.notBegun(), (summary.notBegun() == 1) ? "was" : "were"));
		}
		if (summary.tally().count(Verdict.OK) > 0) {
			this.out.println("            p50       p90       p99     p99.9       max  ms");
		}
		print("connect", summary.tally().connectNanos());
		Passages passages = summary.tally().passages();
		print("via", passages.viaNanos());
		print("tls", passages.fullTlsNanos());
		print("resumed", passages.resumedTlsNanos());
		print("exchange", summary.tally().totalNanos());
		if (this.settings.entrance().tls() != null) {
			this.out.println(String.format(Locale.ROOT, "TLS: %,d full handshakes, %,d resumed",
					passages.fullTlsNanos().getTotalCount(), passages.resumedTlsNanos().getTotalCount()));
		}
		ReplicaReport.table(summary.tally().replicas()).forEach(this.out::println);
		if (summary.generatorCpu().isKnown()) {
			this.out.println(generator(summary.generatorCpu()));
		}
	}

	/** Return the sentence that says how busy the generator was. */
	static String generator(GeneratorCpu cpu) {
		return String.format(Locale.ROOT, "generator: %.0f %% of a core%s", 100 * cpu.share(),
				cpu.isLimit() ? "; it is probably the limit, not the server" : "");
	}

	private void print(String name, Histogram nanos) {
		if (nanos.getTotalCount() > 0) {
			StringBuilder line = new StringBuilder(String.format("%-8s", name));
			percentiles(nanos).values().forEach((millis) -> line.append(String.format(Locale.ROOT, "%10.3f", millis)));
			this.out.println(line);
		}
	}

	private Json json(LoadSummary summary, VerdictSummary verdicts) {
		return new Json().with("target", this.settings.target())
			.with("framing", this.settings.format())
			.with("size", this.settings.size())
			.with("connections", this.settings.connections())
			.with("targetRate", (this.settings.rate() > 0) ? this.settings.rate() : null)
			.with("seconds", summary.measured().toMillis() / 1e3)
			.with("exchanges", summary.tally().exchanges())
			.with("rate", Math.round(summary.rate() * 10) / 10.0)
			.with("verdicts", verdicts.json())
			.with("causes", verdicts.causesJson())
			.with("replicas", ReplicaReport.json(summary.tally().replicas()))
			.with("notBegun", summary.notBegun())
			.with("generatorCores",
					summary.generatorCpu().isKnown() ? Math.round(summary.generatorCpu().share() * 1e3) / 1e3 : null)
			.with("connectMillis", json(summary.tally().connectNanos()))
			.with("viaMillis", json(summary.tally().passages().viaNanos()))
			.with("tls", (this.settings.entrance().tls() != null) ? tlsJson(summary.tally().passages()) : null)
			.with("exchangeMillis", json(summary.tally().totalNanos()))
			.with("exchangePercentileMillis", distribution(summary.tally().totalNanos()));
	}

	private static Json tlsJson(Passages passages) {
		return new Json().with("full", passages.fullTlsNanos().getTotalCount())
			.with("resumed", passages.resumedTlsNanos().getTotalCount())
			.with("fullMillis", json(passages.fullTlsNanos()))
			.with("resumedMillis", json(passages.resumedTlsNanos()));
	}

	/** Return enough percentiles to draw the distribution. */
	private static @Nullable Json distribution(Histogram nanos) {
		if (nanos.getTotalCount() == 0) {
			return null;
		}
		Json json = new Json();
		for (String percent : PERCENTILES_TO_DRAW) {
			json.with(percent, Result.millis(nanos.getValueAtPercentile(Double.parseDouble(percent))));
		}
		return json;
	}

	private static @Nullable Json json(Histogram nanos) {
		if (nanos.getTotalCount() == 0) {
			return null;
		}
		Json json = new Json();
		percentiles(nanos).forEach(json::with);
		return json;
	}

	private static Map<String, Double> percentiles(Histogram nanos) {
		Map<String, Double> millis = new LinkedHashMap<>();
		millis.put("p50", Result.millis(nanos.getValueAtPercentile(50)));
		millis.put("p90", Result.millis(nanos.getValueAtPercentile(90)));
		millis.put("p99", Result.millis(nanos.getValueAtPercentile(99)));
		millis.put("p99.9", Result.millis(nanos.getValueAtPercentile(99.9)));
		millis.put("max", Result.millis(nanos.getMaxValue()));
		return millis;
	}

	private static String seconds(long millis) {
		return (millis % 1_000 == 0) ? Long.toString(millis / 1_000) : String.format(Locale.ROOT, "%.1f", millis / 1e3);
	}

}
