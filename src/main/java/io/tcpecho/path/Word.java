package io.tcpecho.path;

/**
 * The result of a measurement in one word.
 */
public enum Word {

	/** The path has a limit, or changes something. */
	LIMIT_FOUND,

	/** There is none up to the bounds of the measurement. */
	NO_LIMIT_FOUND,

	/** Repetitions differ. */
	UNSTABLE,

	/** The far end does not allow the measurement, or cannot be reached. */
	NOT_MEASURABLE

}
