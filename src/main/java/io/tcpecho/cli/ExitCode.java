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

	/**
	 * A resource of this machine was missing, the client failed, or the output was
	 * closed.
	 */
	LOCAL_ERROR;

	/** What helps say about them. */
	static final String HELP = "Exit codes of probe and load: 0 all exchanges OK, 1 a verdict other than OK, 2 wrong"
			+ " arguments, 3 a local error or an output that was closed; 130 after Ctrl-C and 143 after SIGTERM,"
			+ " whatever the verdicts.";

	/** Return the number, from 0 to 3. */
	int number() {
		return ordinal();
	}

	/** Return the worse of this and another. */
	ExitCode or(ExitCode other) {
		return (compareTo(other) >= 0) ? this : other;
	}

}
