package io.tcpecho.path;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * What one connection does: it sends a line, is silent, sends a message, ends its output
 * or resets, and then waits for what is due.
 *
 * @param line sent at once, perhaps empty
 * @param silence between the line and the message
 * @param message sent after the silence, perhaps empty
 * @param end what follows the message
 * @param delay how long the far end is silent on purpose
 * @param expected the bytes that must come before FIN
 * @param keepAlive the time between two keepalives of TCP in the silence; zero for none
 */
record Step(byte[] line, Duration silence, byte[] message, End end, Duration delay, byte[] expected,
		Duration keepAlive) {

	private static final byte[] NOTHING = {};

	/** Return a step without keepalives. */
	Step(byte[] line, Duration silence, byte[] message, End end, Duration delay, byte[] expected) {
		this(line, silence, message, end, delay, expected, Duration.ZERO);
	}

	/** Return a step that sends all at once, and ends with FIN. */
	static Step sending(byte[] message, byte[] expected) {
		return new Step(NOTHING, Duration.ZERO, message, End.FIN, Duration.ZERO, expected);
	}

	/** Return bytes of US-ASCII. */
	static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.US_ASCII);
	}

	/** Return the first bytes of the pattern with which a lab replies. */
	static byte[] pattern(int size) {
		byte[] pattern = new byte[size];
		for (int i = 0; i < size; i++) {
			pattern[i] = (byte) ('!' + i % 94);
		}
		return pattern;
	}

	/** What follows the message. */
	enum End {

		/** FIN. */
		FIN,

		/** RST. */
		RST,

		/** Nothing: the far end ends its output first. */
		NOTHING

	}

}
