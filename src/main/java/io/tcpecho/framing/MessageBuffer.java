package io.tcpecho.framing;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The bytes of one unfinished message, in chunks that grow with it. Not thread-safe.
 *
 * <p>
 * Chunks instead of one array that doubles: no byte is copied before the message is
 * complete, and the memory held is never more than the message's limit. The first chunk
 * is exactly as long as the first stretch of bytes, so that a message which arrives in
 * one piece, as nearly all do, is never copied at all.
 */
final class MessageBuffer {

	/**
	 * Minimum size of every chunk but the first. Without it, a peer that sends single
	 * bytes would cost one array for each byte.
	 */
	private static final int MIN_CHUNK = 1024;

	/**
	 * Maximum size of a chunk. It bounds the memory that a message holds and does not
	 * use. Less than half the smallest region of G1, where a larger array takes whole
	 * regions.
	 */
	private static final int MAX_CHUNK = 256 * 1024;

	/** Bytes that a first stretch may bring. */
	private static final int MAX_FIRST_CHUNK = 64 * 1024;

	private static final byte[] NONE = {};

	/** The chunks before the last one, all full. */
	private List<byte[]> full = List.of();

	private byte[] last = NONE;

	private int lastLength;

	private int size;

	private int held;

	boolean isEmpty() {
		return this.size == 0;
	}

	int size() {
		return this.size;
	}

	int held() {
		return this.held;
	}

	int room() {
		return this.last.length - this.lastLength;
	}

	int growth(int limit) {
		int chunk = (this.size == 0) ? MAX_FIRST_CHUNK : Math.min(Math.max(this.size, MIN_CHUNK), MAX_CHUNK);
		return Math.min(chunk, limit - this.held);
	}

	int copySize() {
		return (this.full.isEmpty() && this.size == this.last.length) ? 0 : this.size;
	}

	void append(ByteBuffer in, int count, int limit) {
		int left = count;
		while (left > 0) {
			if (room() == 0) {
				addChunk((this.size == 0) ? left : Math.max(left, growth(limit)));
			}
			int part = Math.min(left, room());
			in.get(this.last, this.lastLength, part);
			this.lastLength += part;
			this.size += part;
			left -= part;
		}
	}

	/** Take back the byte appended last. */
	void dropLast() {
		this.lastLength--;
		this.size--;
	}

	private void addChunk(int length) {
		if (this.last.length > 0) {
			if (this.full.isEmpty()) {
				this.full = new ArrayList<>();
			}
			this.full.add(this.last);
		}
		this.last = new byte[length];
		this.lastLength = 0;
		this.held += length;
	}

	/** Return the message and be empty again. */
	byte[] take() {
		byte[] message = (this.full.isEmpty() && this.size == this.last.length) ? this.last : join();
		this.full = List.of();
		this.last = NONE;
		this.lastLength = 0;
		this.size = 0;
		this.held = 0;
		return message;
	}

	private byte[] join() {
		byte[] message = new byte[this.size];
		int position = 0;
		for (byte[] chunk : this.full) {
			System.arraycopy(chunk, 0, message, position, chunk.length);
			position += chunk.length;
		}
		System.arraycopy(this.last, 0, message, position, this.lastLength);
		return message;
	}

}
