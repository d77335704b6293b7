package io.tcpecho.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

import io.tcpecho.load.LoadOptions;
import io.tcpecho.load.LoadSummary;
import io.tcpecho.load.Tally;
import io.tcpecho.probe.Replicas;
import io.tcpecho.probe.Verdict;
import io.tcpecho.text.Amounts;
import io.tcpecho.text.Printable;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * The report of {@code load} and {@code load merge} as a page, with an earlier load
 * beside it if there is one to compare with.
 */
final class LoadPage {

	private static final List<String> PERCENTILES = List.of("p50", "p90", "p99", "p99.9", "max");

	private final LoadResult result;

	private final LoadSummary summary;

	private final @Nullable LoadSummary earlier;

	private final String earlierName;

	/**
	 * Create a page.
	 * @param earlier the load to compare with; null for none
	 * @param earlierName the name of its file
	 */
	LoadPage(LoadResult result, @Nullable LoadSummary earlier, String earlierName) {
		this.result = result;
		this.summary = result.summary();
		this.earlier = earlier;
		this.earlierName = earlierName;
	}

	/** Write the page to a file, and replace its content. */
	void write(Path file) throws IOException {
		page().write(file);
	}

	private ReportPage page() {
		ReportPage page = new ReportPage("Load on " + this.summary.options().target(), this.summary.beganAt(),
				this.summary.origin());
		this.result.conditions()
			.forEach((condition) -> page.note(condition.isMetBy(this.summary) ? "bad" : "good",
					condition.sentence(this.summary)));
		if (this.summary.generatorCpu().isLimit()) {
			page.note("warn", sentence(LoadReport.generator(this.summary)));
		}
		this.result.notes().forEach((note) -> page.note("info", note));
		if (this.earlier != null) {
			page.note("info", "Compared with the load on " + this.earlier.options().target() + " of "
					+ ReportPage.time(this.earlier.beganAt()) + ", in " + this.earlierName + ".");
		}
		page.figures(figures())
			.part("Verdicts", verdicts())
			.part("Latency", LoadPlots.latency(this.summary, this.earlier) + times())
			.part("Throughput", LoadPlots.throughput(this.summary, this.earlier))
			.part("Failures", LoadPlots.failures(this.summary))
			.part("Latency over time", LoadPlots.latencyOverTime(this.summary));
		if (this.summary.tally().replicas().total() > 0) {
			page.part("Replicas", replicas());
		}
		if (!this.summary.generators().isEmpty()) {
			page.part("Generators", generators());
		}
		return page.part("Parameters", ReportPage.values(parameters()));
	}

	private static String sentence(String text) {
		return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1) + ".";
	}

	private Map<String, String> figures() {
		Tally tally = this.summary.tally();
		Map<String, String> figures = new LinkedHashMap<>();
		Tally before = (this.earlier != null) ? this.earlier.tally() : null;
		figures.put("OK a second",
				number(this.summary.rate())
						+ String.format(Locale.ROOT, "\n%,.2f MB/s each way", this.summary.bytesPerSecond() / 1e6)
						+ ((this.earlier != null)
								? ", " + change(this.summary.rate(), this.earlier.rate(), number(this.earlier.rate()))
								: ""));
		for (String name : PERCENTILES) {
			figures.put(name, figure(name, tally.totalNanos(), (before != null) ? before.totalNanos() : null));
		}
		figures.put("Exchanges",
				count(tally.exchanges()) + "\nin " + LoadReport.seconds(this.summary.measured().toMillis()) + " s");
		figures.put("Not OK", count(tally.failures())
				+ ((tally.failures() == 0) ? "" : "\n" + Amounts.percent(tally.failures(), tally.exchanges()) + " %"));
		if (this.summary.notBegun() > 0) {
			figures.put("Not begun", count(this.summary.notBegun()) + "\nfound no free connection");
		}
		return figures;
	}

	private static String figure(String name, Histogram nanos, @Nullable Histogram before) {
		String value = millis(name, nanos);
		if (value.equals(ReportPage.NOTHING)) {
			return value;
		}
		boolean comparable = before != null && before.getTotalCount() > 0;
		return value + "\nms" + (!comparable ? "" : ", " + change(Percentiles.of(nanos).getOrDefault(name, 0.0),
				Percentiles.of(before).getOrDefault(name, 0.0), millis(name, before)));
	}

	private static String change(double now, double before, String text) {
		return (before > 0) ? String.format(Locale.ROOT, "%+.1f %% (was %s)", 100 * (now / before - 1), text)
				: "was " + text;
	}

	private static String number(double rate) {
		return String.format(Locale.ROOT, (rate >= 100 || rate == 0) ? "%,.0f" : "%.1f", rate);
	}

	private static String count(long count) {
		return String.format(Locale.ROOT, "%,d", count);
	}

	private static String millis(String name, Histogram nanos) {
		return (nanos.getTotalCount() == 0) ? ReportPage.NOTHING
				: String.format(Locale.ROOT, "%,.3f", Percentiles.of(nanos).get(name));
	}

	private String verdicts() {
		Tally tally = this.summary.tally();
		if (tally.exchanges() == 0) {
			return ReportPage.sentence("No exchange has ended in the measured time.");
		}
		StringBuilder html = new StringBuilder("<div class='scroll'><table><thead><tr><th>Verdict</th>"
				+ "<th class='number'>Exchanges</th><th class='number'>Share</th><th class='wide'>Meaning</th></tr></thead><tbody>\n");
		this.result.causes()
			.forEach((verdict, lines) -> html
				.append(String.format(Locale.ROOT,
						"<tr><td><span class='badge %s'>%s</span></td><td class='number'>%,d</td>"
								+ "<td class='number'>%s %%</td><td>",
						(verdict == Verdict.OK) ? "good" : "bad", verdict, tally.count(verdict),
						Amounts.percent(tally.count(verdict), tally.exchanges())))
				.append((verdict == Verdict.OK) ? "Every byte came back, and the end of the stream after them."
						: lines.stream().map(Printable::html).collect(Collectors.joining("<br>")))
				.append("</td></tr>\n"));
		return html.append("</tbody></table></div>\n").toString();
	}

	private String times() {
		Tally tally = this.summary.tally();
		List<List<String>> rows = new ArrayList<>();
		rows.add(row("connect", tally.connectNanos()));
		addIfAny(rows, "proxies (--via)", tally.viaNanos());
		addIfAny(rows, "TLS, full handshake", tally.fullTlsNanos());
		addIfAny(rows, "TLS, resumed", tally.resumedTlsNanos());
		rows.add(row("exchange", tally.totalNanos()));
		if (tally.sizes().size() > 1) {
			tally.sizes()
				.forEach((size) -> rows
					.add(row("exchange of " + Amounts.count(size.size(), "byte"), size.totalNanos())));
		}
		if (this.earlier != null) {
			rows.add(row("exchange, earlier", this.earlier.tally().totalNanos()));
		}
		List<String> head = new ArrayList<>(List.of("Milliseconds"));
		head.addAll(PERCENTILES);
		head.add("count");
		return ReportPage.table(head, rows);
	}

	private static void addIfAny(List<List<String>> rows, String name, Histogram nanos) {
		if (nanos.getTotalCount() > 0) {
			rows.add(row(name, nanos));
		}
	}

	private static List<String> row(String name, Histogram nanos) {
		List<String> row = new ArrayList<>(List.of(name));
		PERCENTILES.forEach((percentile) -> row.add(millis(percentile, nanos)));
		row.add(count(nanos.getTotalCount()));
		return row;
	}

	private String replicas() {
		List<List<String>> rows = new ArrayList<>();
		for (Replicas.Share share : this.summary.tally().replicas().shares()) {
			rows.add(List.of(share.replica(), count(share.count()),
					String.format(Locale.ROOT, "%.1f %%", share.percent()),
					String.format(Locale.ROOT, "%.1f to %.1f %%", share.low(), share.high())));
		}
		return ReportPage.table(List.of("Replica", "answers", "share", "95 % interval"), rows);
	}

	private String generators() {
		List<List<String>> rows = new ArrayList<>();
		for (LoadSummary generator : this.summary.generators()) {
			rows.add(List.of(generator.origin().host(), ReportPage.time(generator.measuredFrom()),
					LoadReport.seconds(generator.measured().toMillis()) + " s", count(generator.tally().exchanges()),
					number(generator.rate()), millis("p99", generator.tally().totalNanos()), cores(generator)));
		}
		return ReportPage
			.table(List.of("Host", "measured from", "for", "exchanges", "OK a second", "p99 ms", "of a core"), rows);
	}

	private static String cores(LoadSummary generator) {
		return generator.generatorCpu().isKnown()
				? String.format(Locale.ROOT, "%.0f %%", 100 * generator.generatorCpu().share()) : ReportPage.NOTHING;
	}

	private Map<String, String> parameters() {
		LoadOptions options = this.summary.options();
		Map<String, String> values = new LinkedHashMap<>();
		values.put("Target", options.target());
		values.put("Framing", options.framing());
		values.put("Size", LoadReport.sizes(options));
		values.put("Connections", "at most " + options.connections());
		values.put("Rate", LoadReport.pace(options));
		values.put("Warm-up", LoadReport.seconds(options.warmup().toMillis()) + " s");
		values.put("Duration", LoadReport.seconds(options.duration().toMillis()) + " s");
		values.put("Timeout of an exchange", LoadReport.seconds(options.timeout().toMillis()) + " s");
		values.put("Way in", options.entrance());
		values.put("Fails if", String.join(", ", this.result.conditions().stream().map(Object::toString).toList()));
		values.put("Processor time", this.summary.generatorCpu().isKnown() ? LoadReport.generator(this.summary) : "");
		values.put("Host", this.summary.origin().host());
		values.put("Machine", this.summary.origin().machine());
		values.put("Version", this.summary.origin().version());
		return values;
	}

}
