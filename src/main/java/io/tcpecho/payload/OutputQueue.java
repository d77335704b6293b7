package io.tcpecho.payload;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;

import org.jspecify.annotations.Nullable;

/**
 * The bytes that a connection has still to write, as arrays that are never joined: each
 * write takes the next slice. Loop thread only.
 */
public final class OutputQueue {

	private final ArrayDeque<Part> parts = new ArrayDeque<>(4);

	/** The number of bytes of the first part that are written. */
	private int position;

	/** The bytes of memory of all parts of payloads. */
	private long held;

	/** Append bytes, which from now on must not change. */
	public void add(byte[] bytes) {
		add(bytes, bytes.length, null);
	}

	/**
	 * Append a payload, which is not copied.
	 * @throws IllegalStateException if its bytes are gone
	 */
	public void add(Payload payload) {
		payload.addTo(this);
	}

	/**
	 * Append bytes of an array.
	 * @param length how many, from its begin
	 * @param owner is told when they are written; null for bytes that take no memory of
	 * their own
	 */
	void add(byte[] bytes, int length, @Nullable Payload owner) {
		if (length > 0) {
			this.parts.add(new Part(bytes, length, owner));
			this.held += (owner != null) ? bytes.length : 0;
		}
	}

	/** Return whether there is nothing to write. */
	public boolean isEmpty() {
		return this.parts.isEmpty();
	}

	/** Return the bytes of memory that payloads hold until they are written. */
	public long held() {
		return this.held;
	}

	/**
	 * Return the next bytes to write, at most as many as a buffer takes.
	 * @param buffer takes a copy of parts that are shorter than it, so that they are
	 * written together; a longer part is returned as it is
	 */
	public ByteBuffer next(ByteBuffer buffer) {
		Part first = this.parts.peek();
		if (first != null && first.length - this.position >= buffer.remaining()) {
			return ByteBuffer.wrap(first.bytes, this.position, buffer.remaining());
		}
		int offset = this.position;
		for (Part part : this.parts) {
			int count = Math.min(buffer.remaining(), part.length - offset);
			buffer.put(part.bytes, offset, count);
			offset = 0;
			if (!buffer.hasRemaining()) {
				break;
			}
		}
		return buffer.flip();
	}

	/** Drop bytes from the front: they have been written. */
	public void advance(int count) {
		long left = (long) count + this.position;
		Part first;
		while ((first = this.parts.peek()) != null && left >= first.length) {
			left -= first.length;
			this.parts.remove();
			release(first);
		}
		this.position = (int) left;
	}

	/** Drop everything. */
	public void clear() {
		this.parts.forEach(this::release);
		this.parts.clear();
		this.position = 0;
	}

	private void release(Part part) {
		if (part.owner != null) {
			this.held -= part.bytes.length;
			part.owner.release(part.bytes);
		}
	}

	/**
	 * Bytes of an array.
	 *
	 * @param length how many, from its begin
	 * @param owner the payload that they belong to
	 */
	private record Part(byte[] bytes, int length, @Nullable Payload owner) {

	}

}
