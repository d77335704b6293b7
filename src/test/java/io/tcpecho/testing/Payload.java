package io.tcpecho.testing;

import java.nio.charset.StandardCharsets;
import java.util.Random;

/**
 * Messages for the wire tests: the same seed makes the same bytes.
 */
public final class Payload {

	private Payload() {
	}

	/** Return random bytes, of every value. */
	public static byte[] random(int size, long seed) {
		byte[] bytes = new byte[size];
		new Random(seed).nextBytes(bytes);
		return bytes;
	}

	/** Return random bytes without a line feed, and a line feed after them. */
	public static byte[] line(int size, long seed) {
		byte[] bytes = random(size + 1, seed);
		for (int i = 0; i < size; i++) {
			if (bytes[i] == '\n') {
				bytes[i] = '\r';
			}
		}
		bytes[size] = '\n';
		return bytes;
	}

	/** Return lines that tell their number, each with its line feed. */
	public static byte[] numberedLines(int first, int count) {
		StringBuilder lines = new StringBuilder(count * 8);
		for (int i = first; i < first + count; i++) {
			lines.append(i).append('\n');
		}
		return lines.toString().getBytes(StandardCharsets.US_ASCII);
	}

}
