package io.tcpecho.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

import io.tcpecho.load.Origin;
import io.tcpecho.path.Finding;
import io.tcpecho.path.Finding.Rung;
import io.tcpecho.path.Measurement;
import io.tcpecho.path.PathSettings;
import io.tcpecho.text.Labels;
import io.tcpecho.text.Printable;

/**
 * The report of {@code path} as a page: each finding, with a bar for each step that was
 * tried.
 */
final class PathPage {

	private final PathSettings settings;

	private final Instant beganAt;

	private final List<Finding> findings;

	PathPage(PathSettings settings, Instant beganAt, List<Finding> findings) {
		this.settings = settings;
		this.beganAt = beganAt;
		this.findings = findings;
	}

	/** Write the page to a file, and replace its content. */
	void write(Path file) throws IOException {
		Origin origin = Origin.here(Version.number());
		ReportPage page = new ReportPage("Path to " + this.settings.target(), this.beganAt, origin);
		page.html(overview());
		this.findings.forEach((finding) -> page.part(name(finding),
				"<p><span class='badge " + kind(finding) + "'>" + finding.word() + "</span> "
						+ Printable.html(finding.text()) + "</p>\n"
						+ (finding.rungs().isEmpty() ? "" : ladder(finding))));
		page.part("Parameters", ReportPage.values(parameters(origin))).write(file);
	}

	private String overview() {
		if (this.findings.isEmpty()) {
			return ReportPage.sentence("Nothing was measured.");
		}
		return this.findings.stream()
			.map((finding) -> "<div><dt>" + Printable.html(name(finding)) + "</dt><dd><span class='badge "
					+ kind(finding) + "'>" + finding.word() + "</span></dd></div>\n")
			.collect(Collectors.joining("", "<dl class='figures'>\n", "</dl>"));
	}

	/** Return the name of what was found. */
	static String name(Finding finding) {
		return Labels.of(finding.measurement()) + (finding.subject().isEmpty() ? "" : ", " + finding.subject());
	}

	private static String kind(Finding finding) {
		return switch (finding.word()) {
			case NO_LIMIT_FOUND -> "good";
			case NOT_MEASURABLE -> "warn";
			default -> "bad";
		};
	}

	/** Draw a bar for each step, as long as the logarithm of its size or time. */
	private static String ladder(Finding finding) {
		List<Rung> rungs = finding.rungs();
		double largest = Math.log1p(Math.max(1, rungs.get(rungs.size() - 1).value()));
		StringBuilder html = new StringBuilder(
				"<div class='scroll'><table class='ladder'><thead><tr><th class='number'>");
		html.append((finding.measurement() == Measurement.MTU) ? "Size" : "Time");
		html.append("</th><th>logarithmic</th><th>What happened</th></tr></thead><tbody>\n");
		for (Rung rung : rungs) {
			html.append(String.format(Locale.ROOT,
					"<tr><td class='number'>%s</td><td><span class='bar %s' style='width:%.1f%%'></span></td>"
							+ "<td>%s</td></tr>%n",
					value(finding, rung.value()), rung.passed() ? "plot-1" : "plot-bad",
					100 * Math.log1p(rung.value()) / largest, Printable.html(rung.what())));
		}
		return html.append("</tbody></table></div>\n").toString();
	}

	private static String value(Finding finding, long value) {
		return (finding.measurement() == Measurement.MTU) ? String.format(Locale.ROOT, "%,d B", value)
				: String.format(Locale.ROOT, "%,.1f s", value / 1e3);
	}

	private Map<String, String> parameters(Origin origin) {
		Map<String, String> values = new LinkedHashMap<>();
		values.put("Target", this.settings.target().toString());
		values.put("Address family", Labels.of(this.settings.family()));
		values.put("Measurements",
				this.settings.measurements().stream().sorted().map(Labels::of).collect(Collectors.joining(", ")));
		values.put("Timeout", LoadReport.seconds(this.settings.timeout().toMillis()) + " s");
		values.put("Longest idle time", LoadReport.seconds(this.settings.maxIdle().toMillis()) + " s");
		values.put("Longest half-close", LoadReport.seconds(this.settings.maxHalfClose().toMillis()) + " s");
		values.put("Host", origin.host());
		values.put("Machine", origin.machine());
		values.put("Version", origin.version());
		return values;
	}

}
