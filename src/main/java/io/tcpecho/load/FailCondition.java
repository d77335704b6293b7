package io.tcpecho.load;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.tcpecho.load.Tag.Phase;
import io.tcpecho.probe.Result;
import io.tcpecho.probe.Verdict;
import io.tcpecho.text.Labels;
import io.tcpecho.text.Units;
import org.HdrHistogram.Histogram;

/**
 * A condition under which a load has failed, such as {@code p99>20ms}. Immutable.
 */
public final class FailCondition {

	/** What a condition may be, for the message about one that is none. */
	public static final String ALLOWED = "p50, p99, p99.9 or max with a time (20ms), of the exchange or, as connect.p99,"
			+ " of connect, via, tls or tls-resumed; errors, not-begun or a verdict with a number or a share (0.1%);"
			+ " rate with a number; and >, >=, < or <=";

	private static final Pattern FORM = Pattern
		.compile("\\s*([A-Za-z][A-Za-z0-9._-]*)\\s*(>=|<=|>|<)\\s*(\\d{1,15}(?:\\.\\d{1,9})?)\\s*([a-z]*|%|/s)\\s*");

	private static final Pattern TIME = Pattern.compile("(?:([a-z-]+)\\.)?(?:p(\\d{1,2}(?:\\.\\d{1,6})?|100)|(max))");

	private static final double NANOS_PER_MILLI = 1e6;

	private final String text;

	private final String comparison;

	private final double limit;

	private final String unit;

	private final Metric metric;

	/** Whether failures are judged by this condition, which allows some of them. */
	private final boolean aboutErrors;

	private final boolean aboutNotBegun;

	private FailCondition(String text, Matcher form) {
		String name = form.group(1);
		boolean share = form.group(4).equals("%");
		this.text = text.strip();
		this.comparison = form.group(2);
		this.aboutErrors = name.equals("errors");
		this.aboutNotBegun = name.equals("not-begun");
		Matcher time = TIME.matcher(name);
		if (time.matches()) {
			this.limit = Double.parseDouble(form.group(3)) * millis(form.group(4));
			this.unit = " ms";
			this.metric = time(time);
		}
		else {
			require(form.group(4).isEmpty() || form.group(4).equals(name.equals("rate") ? "/s" : "%"));
			this.limit = Double.parseDouble(form.group(3));
			this.unit = share ? " %" : name.equals("rate") ? " a second" : "";
			this.metric = name.equals("rate") ? LoadSummary::rate : count(name, share);
		}
	}

	/**
	 * Return the condition that a text describes.
	 * @throws IllegalArgumentException if it describes none; the message says what is
	 * allowed
	 */
	public static FailCondition parse(String text) {
		Matcher form = FORM.matcher(text);
		try {
			require(form.matches());
			return new FailCondition(text, form);
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalArgumentException("'" + text + "' is no condition; allowed are " + ALLOWED, ex);
		}
	}

	private static void require(boolean condition) {
		if (!condition) {
			throw new IllegalArgumentException();
		}
	}

	/** Return how many milliseconds a unit of time has. */
	private static double millis(String unit) {
		require(unit.matches("us|ms|s|m"));
		return Units.time(unit).getDuration().toNanos() / NANOS_PER_MILLI;
	}

	private static Metric time(Matcher time) {
		String phase = (time.group(1) != null) ? time.group(1) : "exchange";
		Phase wanted = Labels.parse(Phase.class, phase);
		double percent = (time.group(3) != null) ? 100 : Double.parseDouble(time.group(2));
		return (load) -> {
			Histogram nanos = load.tally().nanos(wanted);
			return (nanos.getTotalCount() > 0) ? Result.millis(nanos.getValueAtPercentile(percent)) : Double.NaN;
		};
	}

	private static Metric count(String name, boolean share) {
		Metric count = switch (name) {
			case "errors" -> (load) -> load.tally().failures();
			case "not-begun" -> LoadSummary::notBegun;
			default -> {
				Verdict verdict = Arrays.stream(Verdict.values())
					.filter((known) -> known.name().equalsIgnoreCase(name.replace('-', '_')))
					.findFirst()
					.orElseThrow(IllegalArgumentException::new);
				yield (load) -> load.tally().count(verdict);
			}
		};
		return !share ? count : (load) -> {
			long all = load.tally().exchanges() + (name.equals("not-begun") ? load.notBegun() : 0);
			return (all > 0) ? 100 * count.of(load) / all : Double.NaN;
		};
	}

	/** Return whether this condition decides which failures are too many. */
	public boolean isAboutErrors() {
		return this.aboutErrors;
	}

	/** Return whether this condition decides how many exchanges may not begin. */
	public boolean isAboutNotBegun() {
		return this.aboutNotBegun;
	}

	/** Return whether a load has failed. What was not measured has failed, too. */
	public boolean isMetBy(LoadSummary load) {
		double value = this.metric.of(load);
		return switch (this.comparison) {
			case ">" -> !(value <= this.limit);
			case ">=" -> !(value < this.limit);
			case "<" -> !(value >= this.limit);
			default -> !(value > this.limit);
		};
	}

	/** Return the value that was measured; empty if nothing was. */
	public Optional<Double> value(LoadSummary load) {
		return Optional.of(this.metric.of(load)).filter((value) -> !value.isNaN());
	}

	/** Return a sentence that says the value and the limit. */
	public String sentence(LoadSummary load) {
		String name = this.text.substring(0, this.text.indexOf(this.comparison)).strip();
		String limit = word() + " " + number(this.limit) + this.unit;
		return value(load)
			.map((value) -> (isMetBy(load) ? "Failed: " : "Passed: ") + name + (this.aboutErrors ? " are " : " is ")
					+ number(value) + this.unit + (isMetBy(load) ? ", " : ", not ") + limit + ".")
			.orElse("Failed: " + name + " was not measured, so it may be " + limit + ".");
	}

	private String word() {
		return switch (this.comparison) {
			case ">" -> "more than";
			case ">=" -> "at least";
			case "<" -> "less than";
			default -> "at most";
		};
	}

	/** Return a number with enough digits to tell it from its limit. */
	private static String number(double value) {
		return (value == 0) ? "0"
				: new BigDecimal(value).round(new MathContext(6)).stripTrailingZeros().toPlainString();
	}

	/** Return the condition as it was given. */
	@Override
	public String toString() {
		return this.text;
	}

	/** What a condition is about; NaN if it was not measured. */
	private interface Metric {

		double of(LoadSummary load);

	}

}
