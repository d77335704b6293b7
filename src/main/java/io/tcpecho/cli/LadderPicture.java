package io.tcpecho.cli;

import java.util.List;
import java.util.Locale;

import io.tcpecho.path.Finding;
import io.tcpecho.path.Finding.Rung;
import io.tcpecho.path.Measurement;
import io.tcpecho.text.Printable;

/**
 * The picture of a ladder as an SVG element: a bar for each rung, as long as the
 * logarithm of its size or time, blue if all was well and red if it was not.
 */
final class LadderPicture {

	private static final int LINE_HEIGHT = 18;

	private static final int LEFT = 90;

	private static final int LONGEST = 330;

	private LadderPicture() {
	}

	/** Draw the rungs of a finding. */
	static String of(Finding finding) {
		List<Rung> rungs = finding.rungs();
		double largest = Math.log1p(Math.max(1, rungs.get(rungs.size() - 1).value()));
		StringBuilder svg = new StringBuilder(String.format(Locale.ROOT, "<svg viewBox='0 0 %d %d'>%n", SvgPlot.WIDTH,
				LINE_HEIGHT * (rungs.size() + 1)));
		for (int i = 0; i < rungs.size(); i++) {
			Rung rung = rungs.get(i);
			double width = Math.log1p(rung.value()) / largest * LONGEST;
			int y = LINE_HEIGHT * (i + 1);
			svg.append(String.format(Locale.ROOT,
					"<text x='%d' y='%d' text-anchor='end'>%s</text><rect class='%s' x='%d' y='%d' width='%.1f'"
							+ " height='12'/><text x='%.1f' y='%d'>%s</text>%n",
					LEFT - 8, y, value(finding, rung.value()), rung.passed() ? "passed-rung" : "failed-rung", LEFT,
					y - 11, width, LEFT + width + 8, y, Printable.html(rung.what())));
		}
		return svg.append("</svg>").toString();
	}

	private static String value(Finding finding, long value) {
		return (finding.measurement() == Measurement.MTU) ? String.format(Locale.ROOT, "%,d B", value)
				: String.format(Locale.ROOT, "%,.1f s", value / 1e3);
	}

}
