package io.tcpecho.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import io.tcpecho.text.Printable;

/**
 * A plot for an HTML page. Lines and areas are SVG that is stretched to the width of the
 * page; texts are HTML above it, so that they keep their size on a narrow screen. The
 * style sheet of the report has its classes. Not thread-safe.
 */
final class Plot {

	/** The units of the drawing in both directions. */
	private static final double UNITS = 1_000;

	private final String name;

	private final Axis x;

	private final Axis y;

	private final StringBuilder drawing = new StringBuilder();

	private final StringBuilder texts = new StringBuilder();

	private final List<String> legend = new ArrayList<>();

	/**
	 * Create an empty plot.
	 * @param name what it shows
	 */
	Plot(String name, Axis x, Axis y) {
		this.name = name;
		this.x = x;
		this.y = y;
		for (Axis.Tick tick : y.ticks()) {
			this.drawing.append(format("<path class='grid' d='M0 %.1fH%.0f'/>%n", UNITS * (1 - tick.place()), UNITS));
			this.texts.append(format("<span class='y' style='top:%.2f%%'>%s</span>%n", 100 * (1 - tick.place()),
					Printable.html(tick.text())));
		}
		for (Axis.Tick tick : x.ticks()) {
			this.drawing.append(format("<path class='grid' d='M%.1f 0V%.0f'/>%n", UNITS * tick.place(), UNITS));
			this.texts.append(format("<span class='x%s' style='left:%.2f%%'>%s</span>%n", tick.spare() ? " spare" : "",
					100 * tick.place(), Printable.html(tick.text())));
		}
	}

	private double left(double value) {
		return UNITS * clamped(this.x.place().applyAsDouble(value));
	}

	private double top(double value) {
		return UNITS * (1 - clamped(this.y.place().applyAsDouble(value)));
	}

	private static double clamped(double place) {
		return Math.max(0, Math.min(1, place));
	}

	/** Draw a line through points; a point with a y of NaN makes a gap. */
	Plot line(String text, String cssClass, List<Point> points) {
		StringBuilder path = new StringBuilder();
		boolean gap = true;
		for (Point point : points) {
			if (!Double.isNaN(point.y())) {
				path.append(format("%s%.1f %.1f", gap ? "M" : "L", left(point.x()), top(point.y())));
			}
			gap = Double.isNaN(point.y());
		}
		this.drawing.append(format("<path class='line %s' d='%s'/>%n", cssClass, path));
		return legend(text, cssClass);
	}

	/** Draw a level from one x to another, from bottom to top. */
	Plot box(String cssClass, double from, double to, double bottom, double top) {
		this.drawing.append(format("<rect class='%s' x='%.2f' y='%.2f' width='%.2f' height='%.2f'/>%n", cssClass,
				left(from), top(top), left(to) - left(from), top(bottom) - top(top)));
		return this;
	}

	/** Shade what lies between two values of x. */
	Plot shade(String text, double from, double to) {
		this.drawing.append(format("<rect class='shade' x='%.2f' y='0' width='%.2f' height='%.0f'/>%n", left(from),
				left(to) - left(from), UNITS));
		return legend(text, "shade");
	}

	/** Mark a point, with a text that is always there and one that the pointer shows. */
	Plot mark(Point point, String text, String tip) {
		this.texts
			.append(format("<span class='mark%s' tabindex='0' style='left:%.2f%%;top:%.2f%%'><b>%s</b>%s</span>%n",
					side(left(point.x())), left(point.x()) / UNITS * 100, top(point.y()) / UNITS * 100,
					Printable.html(text), tip(tip)));
		return this;
	}

	/** Show a text where the pointer is between two values of x. */
	Plot hover(double from, double to, String tip) {
		this.texts.append(format("<span class='hover%s' style='left:%.2f%%;width:%.3f%%'>%s</span>%n",
				side((left(from) + left(to)) / 2), left(from) / UNITS * 100, (left(to) - left(from)) / UNITS * 100,
				tip(tip)));
		return this;
	}

	/** Return the class of what has more room to its left. */
	private static String side(double left) {
		return (left > 0.6 * UNITS) ? " before" : "";
	}

	private static String tip(String text) {
		return "<span class='tip'>" + Printable.html(text) + "</span>";
	}

	/** Explain a colour. */
	Plot legend(String text, String cssClass) {
		this.legend.add("<li><i class='" + cssClass + "'></i>" + Printable.html(text) + "</li>");
		return this;
	}

	private static String format(String format, Object... arguments) {
		return String.format(Locale.ROOT, format, arguments);
	}

	@Override
	public String toString() {
		return """
				<figure class='plot'>
				<ul class='legend'>%s</ul>
				<div class='title'>%s</div>
				<div class='area'>
				<svg viewBox='0 0 1000 1000' preserveAspectRatio='none' role='img' aria-label='%s'>
				%s</svg>
				%s</div>
				<div class='title below'>%s</div>
				</figure>
				""".formatted(String.join("", this.legend), Printable.html(this.y.title()), Printable.html(this.name),
				this.drawing, this.texts, Printable.html(this.x.title()));
	}

	/**
	 * A point in the units of the axes.
	 *
	 * @param x the value on the axis from left to right
	 * @param y the value on the axis upwards, NaN for none
	 */
	record Point(double x, double y) {

	}

}
