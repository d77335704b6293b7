package io.tcpecho.load;

import java.util.Arrays;
import java.util.Comparator;

import io.tcpecho.probe.Verdict;
import io.tcpecho.text.Labels;
import org.jspecify.annotations.Nullable;

/**
 * What a histogram of a load has the times of: exchanges of one size and verdict, or one
 * phase of connections.
 *
 * @param phase what was timed
 * @param size payload bytes of the messages; 0 for a phase of connections
 * @param verdict how the exchanges ended; null for a phase of connections
 */
record Tag(Phase phase, int size, @Nullable Verdict verdict) implements Comparable<Tag> {

	private static final Comparator<Tag> ORDER = Comparator.comparing(Tag::phase)
		.thenComparing(Tag::size)
		.thenComparing(Tag::verdict, Comparator.nullsFirst(Comparator.naturalOrder()));

	/** Return the tag of exchanges. */
	static Tag exchange(int size, Verdict verdict) {
		return new Tag(Phase.EXCHANGE, size, verdict);
	}

	/** Return the tag of a phase of connections. */
	static Tag of(Phase phase) {
		return new Tag(phase, 0, null);
	}

	/**
	 * Return the tag that has this text.
	 * @throws IllegalArgumentException if there is none
	 */
	static Tag parse(String text) {
		String[] parts = text.split("/", -1);
		Phase phase = Labels.parse(Phase.class, parts[0]);
		if (parts.length != ((phase == Phase.EXCHANGE) ? 3 : 1)) {
			throw new IllegalArgumentException("'" + text + "' is no tag");
		}
		if (phase != Phase.EXCHANGE) {
			return of(phase);
		}
		Verdict verdict = Arrays.stream(Verdict.values())
			.filter((known) -> known.name().equals(parts[2]))
			.findFirst()
			.orElseThrow(() -> new IllegalArgumentException("'" + parts[2] + "' is no verdict"));
		return exchange(Integer.parseUnsignedInt(parts[1]), verdict);
	}

	@Override
	public int compareTo(Tag other) {
		return ORDER.compare(this, other);
	}

	/** Return its text, such as {@code exchange/64/OK} or {@code connect}. */
	@Override
	public String toString() {
		return Labels.of(this.phase) + ((this.verdict != null) ? "/" + this.size + "/" + this.verdict : "");
	}

	/** What was timed. */
	enum Phase {

		/** From the beginning of an exchange, or the moment it was due, to its end. */
		EXCHANGE,

		/** From the connect to the established connection. */
		CONNECT,

		/** From there until the last proxy was a tunnel. */
		VIA,

		/** A full handshake of TLS. */
		TLS,

		/** A handshake that resumed a session. */
		TLS_RESUMED

	}

}
