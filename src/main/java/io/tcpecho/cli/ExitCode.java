package io.tcpecho.cli;

/**
 * What a command tells the shell when it ends, the better outcomes first.
 */
enum ExitCode {

	/** Everything asked for was done, and every exchange was OK. */
	OK,

	/** An exchange ended in a verdict other than OK. */
	VERDICT,

	/** The arguments are wrong; a line on standard error names which. */
	USAGE,

	/** This machine lacked something, or the client failed. */
	LOCAL_ERROR;

	/** Return the number, from 0 to 3. */
	int number() {
		return ordinal();
	}

	/** Return the worse of this and another. */
	ExitCode or(ExitCode other) {
		return (compareTo(other) >= 0) ? this : other;
	}

}
