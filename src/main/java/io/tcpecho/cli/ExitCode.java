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

	/** This machine lacked something, the client failed, or the output was closed. */
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
