package io.tcpecho.payload;

import java.util.ArrayDeque;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

/**
 * Chunks of {@value #CHUNK_IN_BYTES} bytes that messages have given back, for the next
 * ones. They are not filled with zeros: each byte is overwritten before it is read. The
 * pool is as large as the last seconds have needed it. Thread-safe.
 */
public final class ChunkPool {

	/**
	 * The size of a chunk. Less than half the smallest region of G1, where a larger array
	 * takes whole regions.
	 */
	public static final int CHUNK_IN_BYTES = 256 * 1024;

	private final LongSupplier limit;

	/** Guarded by itself. */
	private final ArrayDeque<byte[]> free = new ArrayDeque<>();

	/** The length of the queue, to be read without the lock. */
	private volatile int size;

	/** The shortest length of the queue since the last trim. Guarded by the queue. */
	private int shortest;

	/**
	 * Create an empty pool.
	 * @param limit returns the bytes that the pool may have at the moment
	 */
	public ChunkPool(LongSupplier limit) {
		this.limit = limit;
	}

	/** Return a chunk with any content. */
	byte[] take() {
		byte[] chunk = (this.size > 0) ? poll() : null;
		return (chunk != null) ? chunk : new byte[CHUNK_IN_BYTES];
	}

	private byte @Nullable [] poll() {
		synchronized (this.free) {
			byte[] chunk = this.free.pollLast();
			resized();
			return chunk;
		}
	}

	/** Keep an array for the next message, if it is a chunk and there is room for it. */
	void give(byte[] chunk) {
		if (chunk.length != CHUNK_IN_BYTES) {
			return;
		}
		synchronized (this.free) {
			if ((this.free.size() + 1L) * CHUNK_IN_BYTES <= this.limit.getAsLong()) {
				this.free.addLast(chunk);
				resized();
			}
		}
	}

	/**
	 * Take back the chunks of a message whose service has returned, those that are still
	 * to be written when they are.
	 */
	public void takeBack(Payload payload) {
		payload.takeBack();
	}

	/**
	 * Drop chunks until the pool has no more bytes than it may: its limit has changed.
	 */
	public void fit() {
		if (this.size > 0) {
			synchronized (this.free) {
				drop(this.free.size() - (int) (this.limit.getAsLong() / CHUNK_IN_BYTES));
			}
		}
	}

	/** Drop half of the chunks that nothing has needed since the last call. */
	public void trim() {
		if (this.size > 0) {
			synchronized (this.free) {
				drop((this.shortest + 1) / 2);
				this.shortest = this.size;
			}
		}
	}

	private void drop(int count) {
		for (int i = 0; i < count; i++) {
			this.free.pollFirst();
		}
		resized();
	}

	private void resized() {
		this.size = this.free.size();
		this.shortest = Math.min(this.shortest, this.size);
	}

	/** Return the bytes that the pool has. */
	public long held() {
		return (long) this.size * CHUNK_IN_BYTES;
	}

}
