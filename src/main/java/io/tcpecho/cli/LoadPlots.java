package io.tcpecho.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

import io.tcpecho.cli.Plot.Point;
import io.tcpecho.cli.TimeBins.Bin;
import io.tcpecho.load.LoadSummary;
import io.tcpecho.load.Tally;
import io.tcpecho.probe.Result;
import io.tcpecho.probe.Verdict;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * The plots of a load, as HTML. Where nothing was measured a sentence takes the place of
 * a plot, and a second that was cut is not drawn.
 */
final class LoadPlots {

	private static final int STEPS = 200;

	/** The distribution goes up to 99.9999 % where there are exchanges enough. */
	private static final double MOST_NINES = 6;

	private static final double[] MARKED = { 50, 90, 99, 99.9 };

	/** The colours of verdicts that are not OK, in turn. */
	private static final String[] FAILURES = { "plot-bad", "plot-2", "plot-4", "plot-5", "plot-3" };

	private LoadPlots() {
	}

	/** Draw the distribution of the times of exchanges and of the phases before them. */
	static String latency(LoadSummary load, @Nullable LoadSummary earlier) {
		Tally tally = load.tally();
		Histogram nanos = tally.totalNanos();
		if (nanos.getTotalCount() == 0) {
			return ReportPage.sentence("No times were measured: no exchange was OK.");
		}
		Map<String, Histogram> lines = new LinkedHashMap<>();
		lines.put("exchange", nanos);
		lines.put("connect", tally.connectNanos());
		lines.put("TLS, full handshake", tally.fullTlsNanos());
		lines.put("TLS, resumed", tally.resumedTlsNanos());
		lines.put("proxies", tally.viaNanos());
		lines.values().removeIf((histogram) -> histogram.getTotalCount() == 0);
		if (earlier != null && earlier.tally().totalNanos().getTotalCount() > 0) {
			lines.put("exchange, earlier", earlier.tally().totalNanos());
		}
		double nines = Math.max(1, Math.min(MOST_NINES, Math.log10(nanos.getTotalCount())));
		Plot plot = new Plot("Distribution of latency", Axis.nines("share of exchanges that were not slower", nines),
				Axis.logarithmic("milliseconds, logarithmic", smallest(lines.values().stream()),
						largest(lines.values().stream())));
		String[] colours = { "plot-1", "plot-3", "plot-4", "plot-5", "plot-2" };
		int index = 0;
		for (Map.Entry<String, Histogram> line : lines.entrySet()) {
			boolean old = line.getKey().endsWith("earlier");
			plot.line(line.getKey(), old ? "plot-2 earlier" : colours[index++], distribution(line.getValue(), nines));
		}
		for (double percent : MARKED) {
			double slower = 1 - percent / 100;
			if (-Math.log10(slower) <= nines + 1e-9) {
				String name = "p" + ((percent == 99.9) ? "99.9" : String.valueOf((int) percent));
				double millis = Result.millis(nanos.getValueAtPercentile(percent));
				plot.mark(new Point(slower, millis), name, String.format(Locale.ROOT, "%s: %,.3f ms", name, millis));
			}
		}
		return plot.toString();
	}

	private static double smallest(Stream<Histogram> lines) {
		return lines.mapToDouble((nanos) -> Math.max(0.001, Result.millis(nanos.getMinNonZeroValue())))
			.min()
			.orElseThrow();
	}

	private static double largest(Stream<Histogram> lines) {
		return lines.mapToDouble((nanos) -> Math.max(0.001, Result.millis(nanos.getMaxValue()))).max().orElseThrow();
	}

	private static List<Point> distribution(Histogram nanos, double nines) {
		double last = Math.min(nines, Math.max(1, Math.log10(nanos.getTotalCount())));
		List<Point> points = new ArrayList<>();
		for (int i = 0; i <= STEPS; i++) {
			double slower = Math.pow(10, -last * i / STEPS);
			points.add(new Point(slower, Result.millis(nanos.getValueAtPercentile(100 * (1 - slower)))));
		}
		return points;
	}

	/** Draw how many exchanges were OK in each second. */
	static String throughput(LoadSummary load, @Nullable LoadSummary earlier) {
		TimeBins bins = TimeBins.of(load.wholeSeconds());
		if (bins.isEmpty()) {
			return shorterThanASecond();
		}
		TimeBins before = (earlier != null) ? TimeBins.of(earlier.wholeSeconds()) : TimeBins.of(List.of());
		double largest = Stream.concat(bins.bins().stream(), before.bins().stream())
			.mapToDouble(Bin::ok)
			.max()
			.orElse(0);
		if (largest == 0) {
			return ReportPage.sentence("No exchange was OK in a whole second.");
		}
		Plot plot = plot("Throughput", bins, load, Axis.fromZero("exchanges a second", largest));
		for (Bin bin : bins.bins()) {
			plot.box("plot-1 pale", bin.from(), bin.to(), 0, bin.ok());
		}
		plot.line("OK", "plot-1", steps(bins, Bin::ok));
		if (!before.isEmpty()) {
			plot.line("OK, earlier", "plot-2 earlier", steps(before, Bin::ok));
		}
		bins.bins().forEach((bin) -> plot.hover(bin.from(), bin.to(), tip(bin)));
		return plot + late(load) + table(bins);
	}

	private static String shorterThanASecond() {
		return ReportPage.sentence("The load was shorter than a second: nothing can be drawn over time.");
	}

	private static Plot plot(String name, TimeBins bins, LoadSummary load, Axis y) {
		Plot plot = new Plot(name, Axis.time("seconds since the beginning" + bins.text(), bins.end()), y);
		double warmup = Math.min(bins.end(), load.options().warmup().toMillis() / 1e3);
		return (warmup > 0) ? plot.shade("warm-up, which does not count", 0, warmup) : plot;
	}

	/** Return what is said of exchanges that are not in the plots over time. */
	private static String late(LoadSummary load) {
		long all = load.seconds().stream().mapToLong((second) -> second.ok() + second.failed()).sum();
		long late = all - load.wholeSeconds().stream().mapToLong((second) -> second.ok() + second.failed()).sum();
		return (late == 0) ? ""
				: "<p class='muted'>" + String.format(Locale.ROOT,
						"%,d exchange%s ended after the last whole second, and %s not drawn.", late,
						(late == 1) ? "" : "s", (late == 1) ? "is" : "are") + "</p>\n";
	}

	private static String tip(Bin bin) {
		StringBuilder text = new StringBuilder(
				String.format(Locale.ROOT, "%s s: %,.0f OK a second", bin.text(), bin.ok()));
		bin.failed().forEach((verdict, rate) -> text.append(String.format(Locale.ROOT, ", %,.1f %s", rate, verdict)));
		return text.toString();
	}

	/** Return the same as a table, for readers that cannot see the plot. */
	private static String table(TimeBins bins) {
		List<List<String>> rows = new ArrayList<>();
		for (Bin bin : bins.bins()) {
			rows.add(List.of(bin.text(), String.format(Locale.ROOT, "%,.0f", bin.ok()),
					String.format(Locale.ROOT, "%,.1f", bin.allFailed()), millis(bin.p50()), millis(bin.p99())));
		}
		return "<details><summary>The same as a table</summary>\n"
				+ ReportPage.table(List.of("Seconds", "OK a second", "not OK a second", "p50 ms", "p99 ms"), rows)
				+ "</details>\n";
	}

	private static String millis(double millis) {
		return Double.isNaN(millis) ? ReportPage.NOTHING : String.format(Locale.ROOT, "%,.3f", millis);
	}

	/** Draw the failures of each second, one verdict upon the other. */
	static String failures(LoadSummary load) {
		TimeBins bins = TimeBins.of(load.wholeSeconds());
		List<Verdict> verdicts = bins.failures();
		if (verdicts.isEmpty()) {
			return ReportPage.sentence((load.tally().failures() == 0) ? "Every exchange was OK."
					: "No exchange failed in a whole second; the table of verdicts has the others.");
		}
		double largest = bins.bins().stream().mapToDouble(Bin::allFailed).max().orElse(0);
		Plot plot = plot("Failures", bins, load, Axis.fromZero("exchanges a second that were not OK", largest));
		for (Bin bin : bins.bins()) {
			double bottom = 0;
			for (int i = 0; i < verdicts.size(); i++) {
				double rate = bin.failed().getOrDefault(verdicts.get(i), 0.0);
				if (rate > 0) {
					plot.box(colour(i), bin.from(), bin.to(), bottom, bottom + rate);
					bottom += rate;
				}
			}
		}
		for (int i = 0; i < verdicts.size(); i++) {
			plot.legend(verdicts.get(i).toString(), colour(i));
		}
		bins.bins().forEach((bin) -> plot.hover(bin.from(), bin.to(), tip(bin)));
		return plot.toString();
	}

	private static String colour(int index) {
		return FAILURES[index % FAILURES.length];
	}

	/** Draw median and 99th percentile of each second. */
	static String latencyOverTime(LoadSummary load) {
		TimeBins bins = TimeBins.of(load.wholeSeconds());
		if (bins.isEmpty()) {
			return shorterThanASecond();
		}
		List<Bin> measured = bins.bins().stream().filter((bin) -> !Double.isNaN(bin.p99())).toList();
		if (measured.isEmpty()) {
			return ReportPage.sentence("No times were measured: no exchange was OK.");
		}
		Plot plot = plot("Latency over time", bins, load,
				Axis.logarithmic("milliseconds, logarithmic",
						measured.stream().mapToDouble((bin) -> Math.max(0.001, bin.p50())).min().orElseThrow(),
						measured.stream().mapToDouble((bin) -> Math.max(0.001, bin.p99())).max().orElseThrow()));
		plot.line("p99", "plot-2", steps(bins, Bin::p99)).line("p50", "plot-1", steps(bins, Bin::p50));
		measured.forEach((bin) -> plot.hover(bin.from(), bin.to(),
				String.format(Locale.ROOT, "%s s: p50 %,.3f ms, p99 %,.3f ms", bin.text(), bin.p50(), bin.p99())));
		return plot + ((bins.width() > 1)
				? "<p class='muted'>Of each " + bins.width() + " seconds, the highest value is drawn.</p>\n" : "");
	}

	/** Return a line that is level for each bin: nothing is known between two. */
	private static List<Point> steps(TimeBins bins, ToDoubleFunction<Bin> value) {
		List<Point> points = new ArrayList<>();
		for (Bin bin : bins.bins()) {
			points.add(new Point(bin.from(), value.applyAsDouble(bin)));
			points.add(new Point(bin.to(), value.applyAsDouble(bin)));
		}
		return points;
	}

}
