package io.tcpecho.cli;

/**
 * The exit code of a command, from the best outcome to the worst.
 */
enum ExitCode {

	/** The command has done its work, and every exchange was OK. */
	OK,

	/** An exchange ended in a verdict other than OK. */
	VERDICT,

	/** An argument is wrong; a line on standard error names it. */
	USAGE,

	/** A resource of this machine was missing, or the client failed. */
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
