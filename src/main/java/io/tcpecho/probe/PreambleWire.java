package io.tcpecho.probe;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.tcpecho.text.Escapes;
import io.tcpecho.wire.Layered;
import io.tcpecho.wire.Wire;
import org.jspecify.annotations.Nullable;

/**
 * A layer that reads what a server sends of its own, so that the exchange above it sees
 * the reply alone: a greeting that has to be as expected, and the line that names the
 * replica.
 */
final class PreambleWire extends Layered {

	/** The start of the line of a server, and of the payload of every message. */
	private static final String START = "tcp-echo/";

	private static final Pattern IDENTITY = Pattern.compile("tcp-echo/(\\S+) \\S+ \\S+\r?");

	/** Three names of at most 253 characters fit. */
	private static final int LONGEST_LINE = 800;

	private static final int MOST_SHOWN = 64;

	private final byte[] greeting;

	private final Runnable greeted;

	private int greetingReceived;

	/**
	 * What has come of the identity line; null if none is expected, or it is complete.
	 */
	private @Nullable StringBuilder line;

	private @Nullable String replica;

	/**
	 * Create a layer.
	 * @param greeted called once when the greeting is complete
	 */
	PreambleWire(Wire below, Preamble preamble, Runnable greeted) {
		super(below);
		this.greeting = Escapes.bytes(preamble.greeting());
		this.line = preamble.identify() ? new StringBuilder() : null;
		this.greeted = greeted;
	}

	/** Return the name of the server, null until its line has come. */
	@Nullable String replica() {
		return this.replica;
	}

	@Override
	public int read(ByteBuffer target) throws IOException {
		while (true) {
			int start = target.position();
			int count = super.read(target);
			if (count < 0 && this.line != null && !this.line.isEmpty()) {
				throw noIdentity(this.line);
			}
			if (count <= 0 || isComplete()) {
				return count;
			}
			ByteBuffer bytes = target.slice(start, count);
			takeGreeting(bytes);
			takeLine(bytes);
			int rest = bytes.remaining();
			target.position(start);
			target.put(bytes.duplicate());
			if (rest > 0) {
				return rest;
			}
		}
	}

	private boolean isComplete() {
		return this.greetingReceived == this.greeting.length && this.line == null;
	}

	private void takeGreeting(ByteBuffer bytes) throws PreambleException {
		if (this.greetingReceived == this.greeting.length) {
			return;
		}
		while (bytes.hasRemaining() && this.greetingReceived < this.greeting.length) {
			byte got = bytes.get();
			byte expected = this.greeting[this.greetingReceived];
			if (got != expected) {
				throw new PreambleException(
						String.format(Locale.ROOT, "offset %d of the greeting: expected 0x%02x, got 0x%02x",
								this.greetingReceived, expected, got));
			}
			this.greetingReceived++;
		}
		if (this.greetingReceived == this.greeting.length) {
			this.greeted.run();
		}
	}

	private void takeLine(ByteBuffer bytes) throws PreambleException {
		StringBuilder part = this.line;
		while (part != null && bytes.hasRemaining()) {
			char next = (char) (bytes.get() & 0xFF);
			if (next == '\n') {
				complete(part);
				return;
			}
			part.append(next);
			boolean begins = START.startsWith(part.substring(0, Math.min(part.length(), START.length())));
			if (!begins || part.length() > LONGEST_LINE || !(next >= ' ' && next < 0x7F || next == '\r')) {
				throw noIdentity(part);
			}
		}
	}

	private void complete(StringBuilder text) throws PreambleException {
		Matcher matcher = IDENTITY.matcher(text);
		if (!matcher.matches()) {
			throw noIdentity(text);
		}
		this.replica = matcher.group(1);
		this.line = null;
	}

	private static PreambleException noIdentity(StringBuilder came) {
		return new PreambleException(
				"the reply begins with \"" + Escapes.escape(came.substring(0, Math.min(came.length(), MOST_SHOWN)))
						+ "\", and not with the line of a listener with identify");
	}

}
