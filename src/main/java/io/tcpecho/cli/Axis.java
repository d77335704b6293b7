package io.tcpecho.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;

/**
 * An axis of a plot: where a value lies, and which values are written beside it.
 *
 * @param title what it shows, with the unit
 * @param place the place of a value, from 0 to 1
 * @param ticks the values that are written beside it
 */
record Axis(String title, DoubleUnaryOperator place, List<Tick> ticks) {

	private static final double[] ROUND = { 1, 2, 5, 10 };

	/** About so many values are written. */
	private static final int TICKS = 5;

	/**
	 * Return an axis from 0 to a round number that is not less than the largest value.
	 */
	static Axis fromZero(String title, double largest) {
		double step = roundStep(Math.max(largest, 1e-3) / TICKS);
		double end = Math.ceil(Math.max(largest, 1e-3) / step - 1e-9) * step;
		return new Axis(title, (value) -> value / end, ticks(step, end, end));
	}

	/** Return an axis of a time in seconds that ends with its end. */
	static Axis time(String title, double end) {
		return new Axis(title, (value) -> value / end, ticks(Math.max(1, roundStep(end / TICKS)), end, end));
	}

	private static List<Tick> ticks(double step, double last, double end) {
		List<Tick> ticks = new ArrayList<>();
		for (int i = 0; i * step <= last * 1.000001; i++) {
			int decimals = (int) Math.max(0, -Math.floor(Math.log10(step)));
			ticks.add(
					new Tick(i * step / end, String.format(Locale.ROOT, "%,." + decimals + "f", i * step), i % 2 == 1));
		}
		return ticks;
	}

	private static double roundStep(double atLeast) {
		double power = Math.pow(10, Math.floor(Math.log10(atLeast)));
		for (double factor : ROUND) {
			if (factor * power >= atLeast * (1 - 1e-9)) {
				return factor * power;
			}
		}
		return ROUND[0] * power;
	}

	/** Return a logarithmic axis between two values that are more than 0. */
	static Axis logarithmic(String title, double smallest, double largest) {
		double low = Math.log10(roundBelow(smallest));
		double high = Math.max(Math.log10(roundAbove(largest)), low + Math.log10(2));
		List<Tick> ticks = new ArrayList<>();
		boolean many = high - low > 2;
		for (int power = (int) Math.floor(low); power <= high; power++) {
			for (double factor : new double[] { 1, 2, 5 }) {
				double place = (power + Math.log10(factor) - low) / (high - low);
				if (place > -1e-9 && place < 1 + 1e-9 && (!many || factor == 1)) {
					ticks.add(new Tick(place,
							String.format(Locale.ROOT, "%,." + Math.max(0, -power) + "f", factor * Math.pow(10, power)),
							false));
				}
			}
		}
		return new Axis(title, (value) -> (Math.log10(Math.max(value, 1e-9)) - low) / (high - low), ticks);
	}

	private static double roundBelow(double value) {
		double power = Math.pow(10, Math.floor(Math.log10(value)));
		return (value >= 5 * power) ? 5 * power : (value >= 2 * power) ? 2 * power : power;
	}

	private static double roundAbove(double value) {
		return roundStep(value);
	}

	/**
	 * Return an axis of shares on which each further nine (90 %, 99 %, 99.9 %) takes the
	 * same width. Its values are those that are not reached: 0.1 for 90 %.
	 * @param nines how many nines there are
	 */
	static Axis nines(String title, double nines) {
		List<Tick> ticks = new ArrayList<>();
		double[] shares = { 0, 50, 90, 99, 99.9, 99.99, 99.999, 99.9999 };
		for (int i = 0; i < shares.length; i++) {
			double place = -Math.log10(1 - shares[i] / 100) / nines;
			if (place <= 1.001) {
				String text = (shares[i] == Math.rint(shares[i])) ? Long.toString((long) shares[i])
						: Double.toString(shares[i]);
				ticks.add(new Tick(place, text + " %", i == 0));
			}
		}
		return new Axis(title, (slower) -> -Math.log10(slower) / nines, ticks);
	}

	/**
	 * A value that is written beside an axis.
	 *
	 * @param place its place, from 0 to 1
	 * @param text its text
	 * @param spare whether it is left out where there is little room
	 */
	record Tick(double place, String text, boolean spare) {

	}

}
