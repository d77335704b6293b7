package io.tcpecho.lab;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * What the first line of a connection asks for.
 *
 * <pre>
 * LAB wait=65s reply=10MB end=rst size=0 token=9f3a   all words after LAB may be left out
 * SEEN 9f3a
 * ROWS
 * </pre>
 *
 * @param kind which of the three, or none
 * @param delay the time from the end of the message to the reply
 * @param replySize the bytes of the reply; {@link #ECHO} for the message itself
 * @param messageSize the bytes after which the message ends; {@link #UNTIL_FIN} for where
 * the client half-closes
 * @param end what follows the reply
 * @param token the name under which the connection is remembered, null for none
 * @param error why the line cannot be followed, empty if it can
 */
record LabRequest(Kind kind, Duration delay, long replySize, long messageSize, End end, @Nullable String token,
		String error) {

	static final long ECHO = -1;

	static final long UNTIL_FIN = -1;

	private static final int MAX_TOKEN_LENGTH = 64;

	/** Return a request that cannot be followed. */
	static LabRequest refused(String error) {
		return new LabRequest(Kind.REFUSED, Duration.ZERO, 0, 0, End.RST, null, error);
	}

	/** Read the first line of a connection, without its line feed. */
	static LabRequest parse(String line, LabLimits limits) {
		String[] words = (line.endsWith("\r") ? line.substring(0, line.length() - 1) : line).split(" ", -1);
		try {
			if (words[0].equals("SEEN")) {
				if (words.length != 2) {
					throw new IllegalArgumentException("SEEN has one word after it, a token");
				}
				return new LabRequest(Kind.SEEN, Duration.ZERO, 0, 0, End.FIN, token(words[1]), "");
			}
			if (words[0].equals("ROWS")) {
				if (words.length != 1) {
					throw new IllegalArgumentException("ROWS has no word after it");
				}
				return new LabRequest(Kind.ROWS, Duration.ZERO, 0, 0, End.FIN, null, "");
			}
			if (!words[0].equals("LAB")) {
				throw new IllegalArgumentException("the first line begins with none of LAB, SEEN and ROWS");
			}
			return lab(words, limits);
		}
		catch (IllegalArgumentException ex) {
			return refused(String.valueOf(ex.getMessage()));
		}
	}

	private static LabRequest lab(String[] words, LabLimits limits) {
		Duration delay = Duration.ZERO;
		long replySize = ECHO;
		long messageSize = UNTIL_FIN;
		End end = End.FIN;
		String token = null;
		Set<String> keys = new HashSet<>();
		for (int i = 1; i < words.length; i++) {
			int equals = words[i].indexOf('=');
			String key = words[i].substring(0, Math.max(0, equals));
			String value = words[i].substring(equals + 1);
			if (!keys.add(key)) {
				throw new IllegalArgumentException(key + " comes twice");
			}
			switch (key) {
				case "wait" -> delay = LabValues.time("wait", value, limits.maxWait());
				case "reply" -> replySize = value.equals("echo") ? ECHO
						: value.equals("none") ? 0 : LabValues.size("reply", value, limits.maxReplyInBytes());
				case "size" -> messageSize = LabValues.size("size", value, Long.MAX_VALUE);
				case "end" -> end = End.parse(value);
				case "token" -> token = token(value);
				default ->
					throw new IllegalArgumentException("a word is none of wait=, reply=, size=, end= and token=");
			}
		}
		if (replySize == ECHO && messageSize > limits.maxMessageInBytes()) {
			throw new IllegalArgumentException("size is " + messageSize + " bytes, and must be at most "
					+ limits.maxMessageInBytes() + ", max-message-size, for an echo");
		}
		return new LabRequest(Kind.LAB, delay, replySize, messageSize, end, token, "");
	}

	private static String token(String value) {
		if (!value.matches("[A-Za-z0-9._-]{1," + MAX_TOKEN_LENGTH + "}")) {
			throw new IllegalArgumentException(
					"token must have 1 to " + MAX_TOKEN_LENGTH + " characters, of letters, digits, dot, dash and _");
		}
		return value;
	}

	/** Return whether the bytes of the message are the reply. */
	boolean isEcho() {
		return this.kind == Kind.LAB && this.replySize == ECHO;
	}

	/** The kinds of a first line. */
	enum Kind {

		/** A connection that is treated as the line says. */
		LAB,

		/** A question for another connection. */
		SEEN,

		/** A question for what the monitor of this server sees. */
		ROWS,

		/** A line that cannot be followed. */
		REFUSED

	}

	/** What follows the reply. */
	enum End {

		/** FIN. */
		FIN,

		/** RST, once the client has the reply. */
		RST,

		/** RST when half of the reply is handed to the socket. */
		CUT,

		/** Nothing, for as long as the limit of waits allows; then RST. */
		HOLD;

		private static End parse(String value) {
			return switch (value) {
				case "fin" -> FIN;
				case "rst" -> RST;
				case "cut" -> CUT;
				case "hold" -> HOLD;
				default -> throw new IllegalArgumentException("end is none of fin, rst, cut and hold");
			};
		}

	}

}
