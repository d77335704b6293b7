package io.tcpecho.payload;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The bytes of one unfinished message, in chunks that grow with it. Not thread-safe.
 *
 * <p>
 * Chunks instead of one array that doubles: no byte is copied from one to another, and
 * the memory held is never more than the message's limit. The first chunk is exactly as
 * long as the first stretch of bytes, so a message that arrives in one piece, as nearly
 * all do, is one array.
 */
public final class PayloadBuilder {

	/**
	 * Minimum size of every chunk but the first. Without it, a peer that sends single
	 * bytes would cost one array for each byte.
	 */
	private static final int MIN_CHUNK = 1024;

	/** Bytes that a first stretch may bring. */
	private static final int MAX_FIRST_CHUNK = 64 * 1024;

	private static final byte[] NONE = {};

	private final int limit;

	private @Nullable ChunkPool pool;

	/** The chunks before the last one, all full. */
	private List<byte[]> full = List.of();

	private byte[] last = NONE;

	private int lastLength;

	private int size;

	private int held;

	/**
	 * Create a builder.
	 * @param limit the most bytes of a message
	 */
	public PayloadBuilder(int limit) {
		this.limit = limit;
	}

	/** Take large chunks from a pool. Their payloads belong to that pool. */
	public void takeChunksFrom(ChunkPool pool) {
		this.pool = pool;
	}

	/** Return whether no byte has come. */
	public boolean isEmpty() {
		return this.size == 0;
	}

	/** Return how many bytes have come. */
	public int size() {
		return this.size;
	}

	/** Return the bytes of memory held. */
	public int held() {
		return this.held;
	}

	/** Return how many more bytes fit into the memory already held. */
	public int room() {
		return this.last.length - this.lastLength;
	}

	/** Return by how much the next byte without room would make it grow. */
	public int growth() {
		int chunk = (this.size == 0) ? MAX_FIRST_CHUNK
				: Math.min(Math.max(this.size, MIN_CHUNK), ChunkPool.CHUNK_IN_BYTES);
		return Math.min(chunk, this.limit - this.held);
	}

	/**
	 * Return the place for the next bytes of a message that has become large. Bytes that
	 * were read into it are not copied when they are appended.
	 * @param count the most bytes that will be read, at least 1; without room, at most
	 * the growth
	 * @return null if the message is still small
	 */
	public @Nullable ByteBuffer place(int count) {
		if (room() == 0 && growth() == ChunkPool.CHUNK_IN_BYTES) {
			addChunk(ChunkPool.CHUNK_IN_BYTES);
		}
		return (this.last.length == ChunkPool.CHUNK_IN_BYTES && room() > 0)
				? ByteBuffer.wrap(this.last, this.lastLength, Math.min(count, room())).slice() : null;
	}

	/**
	 * Append bytes, no more than the limit allows.
	 * @param in the source, consumed by so many bytes
	 */
	public void append(ByteBuffer in, int count) {
		if (isInPlace(in)) {
			in.position(in.position() + count);
			grow(count);
			return;
		}
		int left = count;
		while (left > 0) {
			if (room() == 0) {
				addChunk((this.size == 0) ? left : Math.max(left, growth()));
			}
			int part = Math.min(left, room());
			in.get(this.last, this.lastLength, part);
			grow(part);
			left -= part;
		}
	}

	private boolean isInPlace(ByteBuffer in) {
		return in.hasArray() && in.array() == this.last && in.arrayOffset() + in.position() == this.lastLength;
	}

	private void grow(int count) {
		this.lastLength += count;
		this.size += count;
	}

	/** Take back the byte appended last. */
	public void dropLast() {
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
		this.last = (length == ChunkPool.CHUNK_IN_BYTES && this.pool != null) ? this.pool.take() : new byte[length];
		this.lastLength = 0;
		this.held += length;
	}

	/** Return the message and be empty again. */
	public Payload take() {
		Payload message = (this.full.isEmpty() && this.size == this.last.length) ? Payload.of(this.last)
				: new Payload(chunks(), this.size, this.held, this.pool);
		this.full = List.of();
		this.last = NONE;
		this.lastLength = 0;
		this.size = 0;
		this.held = 0;
		return message;
	}

	private byte[][] chunks() {
		List<byte[]> chunks = new ArrayList<>(this.full);
		if (this.lastLength > 0) {
			chunks.add(this.last);
		}
		else {
			// A place that no byte has come to.
			this.held -= this.last.length;
			if (this.pool != null) {
				this.pool.give(this.last);
			}
		}
		return chunks.toArray(byte[][]::new);
	}

}
