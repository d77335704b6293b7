package io.tcpecho.cli;

import io.tcpecho.text.Json;
import java.util.List;
import java.util.Map;

import io.tcpecho.load.GeneratorCpu;
import io.tcpecho.load.LoadOptions;
import io.tcpecho.load.LoadProgress;
import io.tcpecho.load.LoadSummary;
import io.tcpecho.load.Tally;
import io.tcpecho.probe.Result;
import io.tcpecho.probe.Verdict;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help.Ansi;

/**
 * The results of a load as JSON. What was not measured is null.
 */
final class LoadJson {

	private static final List<String> PERCENTILES_TO_DRAW = List.of("0", "10", "25", "50", "75", "90", "95", "98", "99",
			"99.5", "99.8", "99.9", "99.95", "99.98", "99.99");

	private LoadJson() {
	}

	static Json of(LoadResult result) {
		LoadSummary summary = result.summary();
		LoadOptions options = summary.options();
		Tally tally = summary.tally();
		VerdictSummary verdicts = new VerdictSummary(tally, Ansi.OFF);
		return new Json().with("target", options.target())
			.with("framing", options.framing())
			.with("size", (options.sizes().size() == 1) ? options.sizes().get(0) : null)
			.with("sizes", options.sizes())
			.with("connections", options.connections())
			.with("targetRate", (options.rate() > 0) ? options.rate() : null)
			.with("entrance", options.entrance().isEmpty() ? null : options.entrance())
			.with("warmupSeconds", options.warmup().toMillis() / 1e3)
			.with("durationSeconds", options.duration().toMillis() / 1e3)
			.with("timeoutSeconds", options.timeout().toMillis() / 1e3)
			.with("beganAt", summary.beganAt())
			.with("version", summary.origin().version())
			.with("host", summary.origin().host())
			.with("machine", summary.origin().machine())
			.with("seconds", summary.measured().toMillis() / 1e3)
			.with("exchanges", tally.exchanges())
			.with("rate", rounded(summary.rate()))
			.with("bytesPerSecond", Math.round(summary.bytesPerSecond()))
			.with("verdicts", verdicts.json())
			.with("causes", verdicts.causesJson())
			.with("replicas", ReplicaReport.json(tally.replicas()))
			.with("notBegun", summary.notBegun())
			.with("generatorCores", cores(summary.generatorCpu()))
			.with("connectMillis", percentiles(tally.connectNanos()))
			.with("viaMillis", percentiles(tally.viaNanos()))
			.with("tls", tls(tally))
			.with("exchangeMillis", percentiles(tally.totalNanos()))
			.with("exchangePercentileMillis", distribution(tally.totalNanos()))
			.with("bySize", tally.sizes().stream().map(LoadJson::of).toList())
			.with("series", summary.seconds().stream().map(LoadJson::of).toList())
			.with("generators", summary.generators().stream().map(LoadJson::of).toList())
			.with("notes", result.notes())
			.with("conditions",
					result.conditions()
						.stream()
						.map((condition) -> new Json().with("condition", condition)
							.with("value", condition.value(summary).map(Object.class::cast).orElse(null))
							.with("failed", condition.isMetBy(summary))
							.with("text", condition.sentence(summary)))
						.toList());
	}

	private static Json of(Tally.OfSize size) {
		Json verdicts = new Json();
		size.verdicts().forEach((verdict, count) -> verdicts.with(verdict.name(), count));
		return new Json().with("size", size.size())
			.with("exchanges", size.exchanges())
			.with("verdicts", verdicts)
			.with("exchangeMillis", percentiles(size.totalNanos()));
	}

	private static Json of(LoadProgress second) {
		Json failed = new Json();
		second.verdicts()
			.entrySet()
			.stream()
			.filter((entry) -> entry.getKey() != Verdict.OK)
			.sorted(Map.Entry.comparingByKey())
			.forEach((entry) -> failed.with(entry.getKey().name(), entry.getValue()));
		return new Json().with("second", second.second())
			.with("length", second.length().toMillis() / 1e3)
			.with("warmUp", second.warmUp())
			.with("ok", second.ok())
			.with("failed", failed)
			.with("p50Millis", millis(second.p50Nanos()))
			.with("p99Millis", millis(second.p99Nanos()));
	}

	private static Json of(LoadSummary generator) {
		return new Json().with("host", generator.origin().host())
			.with("version", generator.origin().version())
			.with("target", generator.options().target())
			.with("beganAt", generator.beganAt())
			.with("measuredFrom", generator.measuredFrom())
			.with("measuredUntil", generator.measuredUntil())
			.with("exchanges", generator.tally().exchanges())
			.with("rate", rounded(generator.rate()))
			.with("notBegun", generator.notBegun())
			.with("generatorCores", cores(generator.generatorCpu()))
			.with("exchangeMillis", percentiles(generator.tally().totalNanos()));
	}

	private static double rounded(double rate) {
		return Math.round(rate * 10) / 10.0;
	}

	private static @Nullable Object cores(GeneratorCpu cpu) {
		return cpu.isKnown() ? Math.round(cpu.share() * 1e3) / 1e3 : null;
	}

	private static @Nullable Object millis(long nanos) {
		return (nanos == Result.NEVER) ? null : Result.millis(nanos);
	}

	private static @Nullable Json tls(Tally tally) {
		Histogram full = tally.fullTlsNanos();
		Histogram resumed = tally.resumedTlsNanos();
		return (full.getTotalCount() + resumed.getTotalCount() == 0) ? null
				: new Json().with("full", full.getTotalCount())
					.with("resumed", resumed.getTotalCount())
					.with("fullMillis", percentiles(full))
					.with("resumedMillis", percentiles(resumed));
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

	private static @Nullable Json percentiles(Histogram nanos) {
		if (nanos.getTotalCount() == 0) {
			return null;
		}
		Json json = new Json();
		Percentiles.of(nanos).forEach(json::with);
		return json;
	}

}
