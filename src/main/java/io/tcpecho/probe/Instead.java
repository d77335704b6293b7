package io.tcpecho.probe;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

import io.tcpecho.text.Escapes;

/**
 * What came instead of the message, or after it: its first bytes, from the first wrong
 * one on. Immutable.
 *
 * @param offset how many right bytes of the reply came before it
 * @param bytes its first bytes, each as the character of that number (ISO 8859-1); at
 * most {@link #MOST_BYTES}
 * @param protocol what the bytes show
 * @param messageOffset where our own message begins in what came, counted from the first
 * of {@code bytes}; {@link Evidence#UNKNOWN} if it was not found
 */
public record Instead(long offset, String bytes, Protocol protocol, long messageOffset) {

	/** So many bytes are kept. */
	public static final int MOST_BYTES = 64;

	private static final int MOST_SHOWN = 32;

	/** So many bytes of the message are enough to know it again. */
	private static final int BYTES_TO_KNOW = 32;

	/**
	 * Return what came instead.
	 * @param offset how many right bytes came before it
	 * @param came what came, from the first wrong byte on; is not changed
	 * @param message our message as it was sent
	 */
	public static Instead of(long offset, ByteBuffer came, byte[] message) {
		byte[] first = new byte[Math.min(MOST_BYTES, came.remaining())];
		came.duplicate().get(first);
		String bytes = new String(first, StandardCharsets.ISO_8859_1);
		return new Instead(offset, bytes, (offset == 0) ? Protocol.of(bytes) : Protocol.UNKNOWN, find(message, came));
	}

	/**
	 * Return what came instead of the message, or after it.
	 * @param right how many bytes of those that just came are right
	 * @param came what just came; is not changed
	 * @param offset how many right bytes there are in all
	 * @param message our message as it was sent
	 */
	static Instead behind(int right, ByteBuffer came, long offset, byte[] message) {
		return of(offset, came.slice(came.position() + right, came.remaining() - right), message);
	}

	/**
	 * Return how many of the next bytes are right before the first wrong one; -1 if all
	 * are right.
	 * @param came what came; is not changed
	 * @param message our message as it was sent
	 * @param from how many bytes of it came before
	 * @param count how many bytes to compare
	 */
	static int firstWrong(ByteBuffer came, byte[] message, int from, int count) {
		return came.slice(came.position(), count).mismatch(ByteBuffer.wrap(message, from, count));
	}

	/**
	 * Return the first bytes as text for a terminal: control characters and all beyond
	 * ASCII are escaped; at most 32 bytes.
	 */
	public String text() {
		return Escapes.escape(this.bytes.substring(0, Math.min(MOST_SHOWN, this.bytes.length())));
	}

	private static long find(byte[] message, ByteBuffer came) {
		if (message.length < BYTES_TO_KNOW) {
			return Evidence.UNKNOWN;
		}
		ByteBuffer start = ByteBuffer.wrap(message, 0, BYTES_TO_KNOW);
		for (int i = came.position(); i + BYTES_TO_KNOW <= came.limit(); i++) {
			if (came.get(i) == message[0] && came.slice(i, BYTES_TO_KNOW).equals(start)) {
				return i - came.position();
			}
		}
		return Evidence.UNKNOWN;
	}

}
