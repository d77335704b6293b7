package io.tcpecho.soak;

import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/**
 * Lines over time in panels, one below the other, as an SVG file that needs no other.
 */
final class SoakPlot {

	private static final int WIDTH = 876;

	private static final int LEFT = 100;

	private static final int RIGHT = WIDTH - 32;

	private static final int TITLE_HEIGHT = 30;

	private static final int PANEL_HEIGHT = 140;

	private static final int ROW_HEIGHT = 16;

	private static final List<String> COLOURS = List.of("#1f6feb", "#bf8700", "#cf222e");

	private final StringBuilder content = new StringBuilder();

	private final double seconds;

	/** How far down it is drawn. */
	private int bottom;

	/**
	 * Create an empty plot.
	 * @param seconds the length of its time axis
	 */
	SoakPlot(double seconds) {
		this.seconds = seconds;
	}

	/** Add a panel whose axis begins at 0. */
	SoakPlot linear(String title, Line... lines) {
		double largest = largest(lines);
		double step = roundStep(largest / 4);
		double top = step * Math.ceil(largest / step);
		begin(title, lines);
		for (double value = 0; value < top + step / 2; value += step) {
			grid(value / top, value);
		}
		for (int i = 0; i < lines.length; i++) {
			draw(i, lines[i].points().stream().map((point) -> point.to(point.y() / top)).toList());
		}
		return end();
	}

	/** Add a panel whose axis has whole powers of ten. */
	SoakPlot logarithmic(String title, Line... lines) {
		double low = Math.floor(Math.log10(smallest(lines)));
		double decades = Math.max(1, Math.ceil(Math.log10(largest(lines))) - low);
		begin(title, lines);
		for (int decade = 0; decade <= decades; decade++) {
			grid(decade / decades, Math.pow(10, low + decade));
		}
		for (int i = 0; i < lines.length; i++) {
			draw(i, lines[i].points()
				.stream()
				.map((point) -> point.to((Math.log10(point.y()) - low) / decades))
				.toList());
		}
		return end();
	}

	/** Add a row with a mark for each time, in seconds. */
	SoakPlot marks(String name, List<Double> times) {
		text(LEFT - 6, this.bottom + 12, "end", name);
		times.forEach((time) -> append("<rect x='%.1f' y='%d' width='2' height='%d' fill='%s'/>%n", x(time),
				this.bottom + 3, ROW_HEIGHT - 6, COLOURS.get(2)));
		this.bottom += ROW_HEIGHT;
		return this;
	}

	/** Add the labels of the time axis. */
	SoakPlot timeAxis() {
		double step = (this.seconds > 300) ? 60 * roundStep(this.seconds / 600) : roundStep(this.seconds / 10);
		for (double time = 0; time <= this.seconds; time += step) {
			text(x(time), this.bottom + 12, "middle",
					(this.seconds > 300) ? format("%.0f min", time / 60) : format("%.0f s", time));
		}
		this.bottom += TITLE_HEIGHT;
		return this;
	}

	private void begin(String title, Line... lines) {
		text(LEFT, this.bottom + 20, "start", title);
		int x = LEFT + 420;
		for (int i = 0; i < lines.length && lines.length > 1; i++, x += 110) {
			append("<path stroke='%s' stroke-width='3' d='M%d %dh18'/>%n", COLOURS.get(i), x, this.bottom + 16);
			text(x + 24, this.bottom + 20, "start", lines[i].name());
		}
		this.bottom += TITLE_HEIGHT;
	}

	private SoakPlot end() {
		this.bottom += PANEL_HEIGHT + 10;
		return this;
	}

	private void grid(double share, double value) {
		append("<path stroke='#ddd' d='M%d %.1fH%d'/>%n", LEFT, y(share), RIGHT);
		text(LEFT - 6, y(share) + 4, "end", (value < 1 && value > 0) ? Double.toString(value) : format("%,.0f", value));
	}

	/** Draw a line through points whose y is a share of the height; NaN is a gap. */
	private void draw(int colour, List<Point> points) {
		StringBuilder path = new StringBuilder();
		boolean gap = true;
		for (Point point : points) {
			if (!Double.isNaN(point.y())) {
				path.append(format(gap ? "M%.1f %.1fh0" : "L%.1f %.1f", x(point.x()), y(point.y())));
			}
			gap = Double.isNaN(point.y());
		}
		append("<path fill='none' stroke='%s' stroke-width='1.2' stroke-linecap='round' d='%s'/>%n",
				COLOURS.get(colour), path);
	}

	private void text(double x, double y, String anchor, String text) {
		append("<text x='%.1f' y='%.1f' text-anchor='%s'>%s</text>%n", x, y, anchor, text);
	}

	private double x(double time) {
		return LEFT + (RIGHT - LEFT) * time / this.seconds;
	}

	private double y(double share) {
		return this.bottom + PANEL_HEIGHT * (1 - share);
	}

	/** Return 1, 2 or 5 times a power of ten, not less than this. */
	private static double roundStep(double atLeast) {
		double power = Math.pow(10, Math.floor(Math.log10(atLeast)));
		return power * ((atLeast <= power) ? 1 : (atLeast <= 2 * power) ? 2 : (atLeast <= 5 * power) ? 5 : 10);
	}

	private static double largest(Line... lines) {
		return values(lines).max().orElse(1);
	}

	private static double smallest(Line... lines) {
		return values(lines).min().orElse(1);
	}

	private static DoubleStream values(Line... lines) {
		return List.of(lines)
			.stream()
			.flatMap((line) -> line.points().stream())
			.mapToDouble(Point::y)
			.filter((value) -> !Double.isNaN(value));
	}

	private void append(String format, Object... arguments) {
		this.content.append(format(format, arguments));
	}

	private static String format(String format, Object... arguments) {
		return String.format(Locale.ROOT, format, arguments);
	}

	@Override
	public String toString() {
		return format(
				"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d' font-family='sans-serif'"
						+ " font-size='12' fill='#444'>%n<rect width='100%%' height='100%%' fill='white'/>%n",
				WIDTH, this.bottom) + this.content + "</svg>\n";
	}

	/**
	 * A line.
	 *
	 * @param name what it shows
	 * @param points its points, in the order of time
	 */
	record Line(String name, List<Point> points) {

	}

	/**
	 * A point.
	 *
	 * @param x the time in seconds
	 * @param y the value, NaN where there is none
	 */
	record Point(double x, double y) {

		private Point to(double y) {
			return new Point(this.x, y);
		}

	}

}
