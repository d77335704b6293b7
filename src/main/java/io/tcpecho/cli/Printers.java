package io.tcpecho.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/**
 * Makes writers of streams.
 */
final class Printers {

	private Printers() {
	}

	/** Return a writer of UTF-8 that flushes after each line. */
	static PrintWriter flushing(PrintStream stream) {
		return new PrintWriter(stream, true, StandardCharsets.UTF_8);
	}

}
