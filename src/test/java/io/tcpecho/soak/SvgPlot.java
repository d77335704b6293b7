package io.tcpecho.soak;

import java.util.List;
import java.util.Locale;

/**
 * A plot of lines as an SVG element for an HTML page; both axes are linear and begin at
 * 0. The style sheet of the page defines the classes axis, grid and those of the lines.
 * Not thread-safe.
 */
final class SvgPlot {

	/** The width, in the units of SVG. */
	public static final int WIDTH = 720;

	/** The height, in the units of SVG. */
	public static final int HEIGHT = 300;

	private static final int LEFT = 70;

	private static final int BOTTOM = 30;

	private static final int RIGHT = 30;

	private static final int TOP = 12;

	private final double xMax;

	private final double yMax;

	private final StringBuilder content = new StringBuilder();

	/**
	 * Create an empty plot.
	 * @param xMax the value at the right edge
	 * @param yLargest the largest value to show; the value at the upper edge is a round
	 * number that is not smaller
	 */
	public SvgPlot(double xMax, double yLargest) {
		this.xMax = xMax;
		double step = roundStep(Math.max(yLargest, 1e-3) / 5);
		this.yMax = Math.ceil(Math.max(yLargest, 1e-3) / step) * step;
		for (int i = 0; i * step <= this.yMax * 1.001; i++) {
			double y = y(i * step);
			this.content
				.append(format("<line class='grid' x1='%d' y1='%.1f' x2='%d' y2='%.1f'/>", LEFT, y, WIDTH - RIGHT, y))
				.append(format("<text x='%d' y='%.1f' text-anchor='end'>%s</text>%n", LEFT - 6, y + 4,
						label(i * step, step)));
		}
		this.content.append(format("<path class='axis' fill='none' d='M%d %d V%d H%d'/>%n", LEFT, TOP, HEIGHT - BOTTOM,
				WIDTH - RIGHT));
	}

	/**
	 * Return the smallest value of 1, 2 or 5 times a power of ten that is not less than
	 * this.
	 */
	private static double roundStep(double atLeast) {
		double power = Math.pow(10, Math.floor(Math.log10(atLeast)));
		for (double factor : new double[] { 1, 2, 5 }) {
			if (factor * power >= atLeast) {
				return factor * power;
			}
		}
		return 10 * power;
	}

	private static String label(double value, double step) {
		int decimals = (int) Math.max(0, -Math.floor(Math.log10(step)));
		return format("%,." + decimals + "f", value);
	}

	/** Write a text below the x axis. */
	public SvgPlot xLabel(double x, String text) {
		this.content
			.append(format("<text x='%.1f' y='%d' text-anchor='middle'>%s</text>%n", x(x), HEIGHT - BOTTOM + 18, text));
		return this;
	}

	/** Draw a line through points; a point with a y of NaN makes a gap. */
	public SvgPlot line(String cssClass, List<Point> points) {
		StringBuilder path = new StringBuilder();
		boolean gap = true;
		for (Point point : points) {
			if (!Double.isNaN(point.y())) {
				path.append(format("%s%.1f %.1f", gap ? "M" : "L", x(point.x()), y(point.y())));
			}
			gap = Double.isNaN(point.y());
		}
		this.content.append(format("<path class='%s' d='%s'/>%n", cssClass, path));
		return this;
	}

	private double x(double value) {
		return LEFT + value / this.xMax * (WIDTH - RIGHT - LEFT);
	}

	private double y(double value) {
		return HEIGHT - BOTTOM - value / this.yMax * (HEIGHT - BOTTOM - TOP);
	}

	private static String format(String format, Object... arguments) {
		return String.format(Locale.ROOT, format, arguments);
	}

	@Override
	public String toString() {
		return format("<svg viewBox='0 0 %d %d'>%n", WIDTH, HEIGHT) + this.content + "</svg>";
	}

	/**
	 * A point in the units of the axes.
	 *
	 * @param x the value on the axis from left to right
	 * @param y the value on the axis upwards, NaN for none
	 */
	public record Point(double x, double y) {

	}

}
