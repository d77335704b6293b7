package io.tcpecho.path;

import java.util.List;

/**
 * The result of one measurement, or of one direction of it.
 *
 * @param measurement what was measured
 * @param subject which part of it, such as a direction
 * @param word the result in one word
 * @param text the result in a sentence
 * @param good the largest size in bytes, or the longest time in milliseconds, with which
 * all was well; -1 where there is no such number
 * @param bad the smallest with which it was not; -1 where there is no such number
 * @param rungs what was tried, from the smallest to the largest
 */
public record Finding(Measurement measurement, String subject, Word word, String text, long good, long bad,
		List<Rung> rungs) {

	/** The value of a bound that does not exist. */
	public static final long NONE = -1;

	public Finding {
		rungs = List.copyOf(rungs);
	}

	/** Return a finding without numbers. */
	static Finding of(Measurement measurement, String subject, Word word, String text) {
		return new Finding(measurement, subject, word, text, NONE, NONE, List.of());
	}

	/**
	 * One step of a ladder.
	 *
	 * @param value the size in bytes, or the time in milliseconds
	 * @param passed whether all was well
	 * @param what what happened, in a few words
	 */
	public record Rung(long value, boolean passed, String what) {

	}

}
