package io.tcpecho.probe;

import java.util.List;

import io.tcpecho.text.Escapes;

/**
 * What a server is to send of its own before its reply, and what a plain echo does not:
 * without being told, an exchange takes it for wrong bytes. Immutable.
 *
 * @param greeting what comes before any byte of the client, with escapes; empty for
 * nothing
 * @param identify whether a line with the server's identity comes before the first reply
 */
public record Preamble(String greeting, boolean identify) {

	private static final List<String> FRAMINGS = List.of("eof", "line", "crlf", "stream");

	/** The server sends nothing of its own. */
	public static final Preamble NONE = new Preamble("", false);

	/**
	 * Check the greeting.
	 * @throws IllegalArgumentException if it has an unknown escape
	 */
	public Preamble {
		try {
			Escapes.bytes(greeting);
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalArgumentException("greeting " + ex.getMessage());
		}
	}

	/**
	 * Check that it can come before replies of a framing.
	 * @throws IllegalArgumentException if a client of it would take it for a message
	 */
	public void check(MessageFormat format) {
		if (!isEmpty() && !FRAMINGS.contains(format.toString())) {
			throw new IllegalArgumentException((greets() ? "greeting" : "identify") + " needs framing "
					+ String.join(", ", FRAMINGS) + ", not " + format);
		}
	}

	/** Return whether nothing is expected. */
	boolean isEmpty() {
		return this.greeting.isEmpty() && !this.identify;
	}

	boolean greets() {
		return !this.greeting.isEmpty();
	}

}
