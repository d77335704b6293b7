package io.tcpecho.nio;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/**
 * The bytes that a connection has still to write, as arrays that are never copied whole:
 * each write takes the next slice. Loop thread only.
 */
final class OutputQueue {

	private final ArrayDeque<byte[]> parts = new ArrayDeque<>(4);

	/** The number of bytes of the first part that are written. */
	private int position;

	/** The bytes of all parts, those of the first that are written included. */
	private long held;

	/** Append bytes, which from now on must not change. */
	void add(byte[] bytes) {
		if (bytes.length > 0) {
			this.parts.add(bytes);
			this.held += bytes.length;
		}
	}

	boolean isEmpty() {
		return this.parts.isEmpty();
	}

	/** Return the bytes of memory that its parts hold. */
	long held() {
		return this.held;
	}

	/** Copy the next bytes into a buffer, as many as it takes. */
	void fill(ByteBuffer target) {
		int offset = this.position;
		for (byte[] part : this.parts) {
			int count = Math.min(target.remaining(), part.length - offset);
			target.put(part, offset, count);
			offset = 0;
			if (!target.hasRemaining()) {
				return;
			}
		}
	}

	/** Drop bytes from the front: they have been written. */
	void advance(int count) {
		long left = (long) count + this.position;
		byte[] first;
		while ((first = this.parts.peek()) != null && left >= first.length) {
			left -= first.length;
			this.held -= first.length;
			this.parts.remove();
		}
		this.position = (int) left;
	}

	/**
	 * Cut what is left of the first part into pieces, so that each gives back its memory
	 * when it is written.
	 * @param size the bytes of a piece
	 */
	void cut(int size) {
		byte[] first = this.parts.remove();
		Deque<byte[]> pieces = new ArrayDeque<>();
		for (int from = this.position; from < first.length; from += size) {
			pieces.push(Arrays.copyOfRange(first, from, Math.min(first.length, from + size)));
		}
		pieces.forEach(this.parts::push);
		this.held -= this.position;
		this.position = 0;
	}

	/** Return the bytes of the first part that are still to be written. */
	long remainingOfFirst() {
		byte[] first = this.parts.peek();
		return (first != null) ? first.length - this.position : 0;
	}

	/** Drop everything. */
	void clear() {
		this.parts.clear();
		this.position = 0;
		this.held = 0;
	}

}
