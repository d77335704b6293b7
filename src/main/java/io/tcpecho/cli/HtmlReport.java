package io.tcpecho.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import io.tcpecho.cli.SvgPlot.Point;
import io.tcpecho.load.LoadProgress;
import io.tcpecho.load.LoadSummary;
import io.tcpecho.probe.Result;
import io.tcpecho.text.Amounts;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;

/**
 * The result of a load as one HTML page that needs no other file: figures, the
 * distribution of latency, and throughput over time.
 */
final class HtmlReport {

	/** The share of exchanges that the distribution shows last: 99.99 %. */
	private static final double LAST_SLOWER_ONE_IN = 10_000;

	private final LoadSummary summary;

	HtmlReport(LoadSummary summary) {
		this.summary = summary;
	}

	/** Write the page to a file, and replace its content. */
	void write(Path file) throws IOException {
		Files.writeString(file, page());
	}

	private String page() {
		return HtmlPage.of(title(), """
				%s
				<h2>Latency</h2>
				<p>Time of an exchange in milliseconds (up) by the share of exchanges that were not slower (right).</p>
				%s
				<h2>Throughput</h2>
				<p>Exchanges that ended in each second, in OK (blue) and otherwise (red), the warm-up included.</p>
				%s
				""".formatted(figures(), latency(), throughput()));
	}

	private String title() {
		return "Load on " + this.summary.settings().target() + ": framing " + this.summary.settings().format() + ", "
				+ Amounts.count(this.summary.settings().size(), "byte") + ", "
				+ Amounts.count(this.summary.settings().connections(), "connection");
	}

	private String figures() {
		StringBuilder html = new StringBuilder(
				String.format(Locale.ROOT, "<p>%,d exchange%s in %.1f s, %,.0f OK a second.</p>%n<table>%n",
						this.summary.tally().exchanges(), (this.summary.tally().exchanges() == 1) ? "" : "s",
						this.summary.measured().toMillis() / 1e3, this.summary.rate()));
		this.summary.tally()
			.verdicts()
			.forEach((verdict, count) -> html
				.append(String.format(Locale.ROOT, "<tr><td>%s</td><td>%,d</td></tr>%n", verdict, count)));
		html.append(
				"</table>\n<table>\n<tr><th>ms</th><th>p50</th><th>p90</th><th>p99</th><th>p99.9</th><th>max</th></tr>\n");
		row(html, "connect", this.summary.tally().connectNanos());
		row(html, "exchange", this.summary.tally().totalNanos());
		html.append("</table>");
		if (this.summary.generatorCpu().isKnown()) {
			html.append("\n<p>").append(LoadReport.generator(this.summary.generatorCpu())).append("</p>");
		}
		return html.toString();
	}

	private static void row(StringBuilder html, String name, Histogram nanos) {
		html.append("<tr><td>").append(name).append("</td>");
		for (double percentile : new double[] { 50, 90, 99, 99.9, 100 }) {
			html.append(
					String.format(Locale.ROOT, "<td>%.3f</td>", Result.millis(nanos.getValueAtPercentile(percentile))));
		}
		html.append("</tr>\n");
	}

	/**
	 * Draw the percentiles on an axis where each further nine (90 %, 99 %, 99.9 %) takes
	 * the same width.
	 */
	private String latency() {
		Histogram nanos = this.summary.tally().totalNanos();
		List<Point> points = new ArrayList<>();
		double largest = 0;
		for (HistogramIterationValue value : nanos.percentiles(5)) {
			double slower = 1 - value.getPercentileLevelIteratedTo() / 100;
			if (slower >= 1 / LAST_SLOWER_ONE_IN) {
				double millis = Result.millis(value.getValueIteratedTo());
				points.add(new Point(-Math.log10(slower), millis));
				largest = Math.max(largest, millis);
			}
		}
		return new SvgPlot(Math.log10(LAST_SLOWER_ONE_IN), largest).xLabel(0, "0 %")
			.xLabel(-Math.log10(0.5), "50 %")
			.xLabel(1, "90 %")
			.xLabel(2, "99 %")
			.xLabel(3, "99.9 %")
			.xLabel(4, "99.99 %")
			.line("line", points)
			.toString();
	}

	private String throughput() {
		List<Point> ok = new ArrayList<>();
		List<Point> failed = new ArrayList<>();
		double largest = 0;
		for (LoadProgress second : this.summary.seconds()) {
			ok.add(new Point(second.second(), second.ok()));
			failed.add(new Point(second.second(), second.failed()));
			largest = Math.max(largest, Math.max(second.ok(), second.failed()));
		}
		int seconds = Math.max(1, ok.size());
		SvgPlot plot = new SvgPlot(seconds, largest);
		for (int i = 0; i <= 5; i++) {
			long second = Math.round(i * seconds / 5.0);
			plot.xLabel(second, second + " s");
		}
		return plot.line("line", ok).line("failed", failed).toString();
	}

}
