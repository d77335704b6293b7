package io.tcpecho.probe;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

import io.tcpecho.framing.FrameSerializer;
import io.tcpecho.framing.Framing;
import io.tcpecho.text.Labels;

/**
 * Makes the messages of exchanges: bytes that tell whose they are, in a framing.
 * Immutable and thread-safe.
 *
 * <p>
 * A payload begins with the text <code>tcp-echo/SEED/SEQ </code> if that fits, so that a
 * packet capture shows which exchange it belongs to, and goes on with random bytes made
 * of seed and number. So no two exchanges carry the same bytes at the same place, but for
 * chance. Where a line feed would end the message, a vertical tab takes its place.
 */
public final class MessageFormat {

	/** The largest array that every Java runtime can allocate, less a frame. */
	private static final int LARGEST_PAYLOAD_IN_BYTES = Integer.MAX_VALUE - 16;

	private static final byte LINE_FEED = '\n';

	private static final byte VERTICAL_TAB = 0x0B;

	private final Framing framing;

	private MessageFormat(Framing framing) {
		this.framing = framing;
	}

	/** Return the names of all framings, as {@link #of} takes them. */
	public static List<String> names() {
		return Arrays.stream(Framing.values()).map(Labels::of).toList();
	}

	/**
	 * Return the format of a framing.
	 * @param framing its name, as in application.yml
	 * @throws IllegalArgumentException if there is none of that name
	 */
	public static MessageFormat of(String framing) {
		try {
			return new MessageFormat(Labels.parse(Framing.class, framing));
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalArgumentException("framing " + ex.getMessage());
		}
	}

	/** Return whether our FIN ends the message, so that a connection carries only one. */
	public boolean isEndedByFin() {
		return this.framing == Framing.EOF;
	}

	/**
	 * Check that the framing has messages of this size.
	 * @param size in payload bytes
	 * @throws IllegalArgumentException naming the limit if it has not
	 */
	public void check(long size) {
		if (!allows(size)) {
			throw new IllegalArgumentException("size " + size + " is not between " + smallest() + " and " + largest()
					+ " bytes, as framing " + this + " needs it");
		}
	}

	/**
	 * Return whether the framing has messages of this size.
	 * @param size in payload bytes
	 */
	public boolean allows(long size) {
		return size >= smallest() && size <= largest();
	}

	private long smallest() {
		return (this.framing == Framing.FIXED || this.framing == Framing.STREAM) ? 1 : 0;
	}

	private long largest() {
		return switch (this.framing) {
			case LENGTH_1 -> 0xFF;
			case LENGTH_2 -> 0xFFFF;
			default -> LARGEST_PAYLOAD_IN_BYTES;
		};
	}

	/**
	 * Return the bytes of a message on the wire.
	 * @param size payload bytes
	 */
	public int sizeOnWire(int size) {
		FrameSerializer serializer = this.framing.serializer();
		return serializer.header(size).length + size + serializer.trailer().length;
	}

	/**
	 * Return a message as it travels on the wire.
	 * @param size payload bytes
	 * @param seed tells the runs apart
	 * @param seq tells the exchanges of a run apart
	 */
	public byte[] message(int size, long seed, long seq) {
		FrameSerializer serializer = this.framing.serializer();
		byte[] header = serializer.header(size);
		byte[] trailer = serializer.trailer();
		byte[] message = Arrays.copyOf(header, header.length + size + trailer.length);
		fill(ByteBuffer.wrap(message, header.length, size).slice(), seed, seq);
		if (trailer.length > 0) {
			for (int i = header.length; i < header.length + size; i++) {
				message[i] = (message[i] == LINE_FEED) ? VERTICAL_TAB : message[i];
			}
			System.arraycopy(trailer, 0, message, header.length + size, trailer.length);
		}
		return message;
	}

	private static void fill(ByteBuffer payload, long seed, long seq) {
		payload.order(ByteOrder.LITTLE_ENDIAN);
		byte[] name = ("tcp-echo/" + Long.toHexString(seed) + "/" + seq + " ").getBytes(StandardCharsets.US_ASCII);
		if (name.length <= payload.remaining()) {
			payload.put(name);
		}
		long state = mix(mix(seed) + seq);
		while (payload.remaining() >= Long.BYTES) {
			state = next(state);
			payload.putLong(state);
		}
		while (payload.hasRemaining()) {
			state = next(state);
			payload.put((byte) (state >>> 32));
		}
	}

	/** Return the next number of George Marsaglia's xorshift. */
	private static long next(long state) {
		long next = state ^ state << 13;
		next ^= next >>> 7;
		return next ^ next << 17;
	}

	/** Return a number other than 0 that looks like none for a similar value. */
	private static long mix(long value) {
		long mixed = (value ^ value >>> 31) * 0x9E3779B97F4A7C15L;
		return (mixed ^ mixed >>> 32) | 1;
	}

	/** Return the name of the framing. */
	@Override
	public String toString() {
		return Labels.of(this.framing);
	}

}
