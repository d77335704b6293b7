package io.tcpecho.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import io.tcpecho.soak.SvgPlot.Point;

/**
 * Plots over the same time, one below the other, as an SVG file that needs no other.
 */
final class SoakPlot {

	private static final int TITLE_HEIGHT = 24;

	private static final int LABELS = 10;

	private static final String STYLE = "text{fill:#444;font:12px sans-serif}.grid{stroke:#ddd}.axis{stroke:#888}"
			+ ".line{fill:none;stroke:#1f6feb;stroke-width:1.2;stroke-linecap:round}";

	private final double seconds;

	private final StringBuilder content = new StringBuilder();

	/** How far down it is drawn. */
	private int bottom;

	/**
	 * Create an empty plot.
	 * @param seconds the length of its time axis
	 */
	SoakPlot(double seconds) {
		this.seconds = seconds;
	}

	/** Add a line over time; a point whose y is NaN is a gap. */
	SoakPlot line(String title, List<Point> points) {
		double largest = points.stream().mapToDouble(Point::y).filter((y) -> !Double.isNaN(y)).max().orElse(1);
		SvgPlot plot = new SvgPlot(this.seconds, largest);
		for (int i = 0; i <= LABELS; i++) {
			double second = i * this.seconds / LABELS;
			plot.xLabel(second, String.format(Locale.ROOT, "%.0f s", second));
		}
		this.content.append("<text x='0' y='%d'>%s</text>%n".formatted(this.bottom + TITLE_HEIGHT - 6, title))
			.append("<svg y='%d' width='%d' height='%d'>%s</svg>%n".formatted(this.bottom + TITLE_HEIGHT, SvgPlot.WIDTH,
					SvgPlot.HEIGHT, plot.line("line", points)));
		this.bottom += TITLE_HEIGHT + SvgPlot.HEIGHT;
		return this;
	}

	/** Add a mark for each time in seconds. */
	SoakPlot marks(String title, List<Double> times) {
		List<Point> points = new ArrayList<>();
		for (double time : times) {
			points.addAll(List.of(new Point(time, 0), new Point(time, 1), new Point(time, Double.NaN)));
		}
		return line(title, points);
	}

	@Override
	public String toString() {
		return "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d'>%n<style>%s</style>%n"
			.formatted(SvgPlot.WIDTH, this.bottom, STYLE) + "<rect width='100%' height='100%' fill='white'/>\n"
				+ this.content + "</svg>\n";
	}

}
