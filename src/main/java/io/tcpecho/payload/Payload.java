package io.tcpecho.payload;

import org.jspecify.annotations.Nullable;

/**
 * The bytes of one message, in the chunks in which they have arrived. It never changes
 * while its message is in service. Thread-safe.
 *
 * <p>
 * The chunks are joined only if {@link #toByteArray()} asks for one array, which is then
 * all that the payload holds.
 *
 * <p>
 * Chunks of a {@link ChunkPool} serve other messages later: each goes back once the
 * service has returned and the chunk is written. From the return on, the payload itself
 * has no bytes any more, so a service that has kept it gets an exception and never the
 * bytes of another message. What was joined, what two outputs were to write, and what is
 * in a service that was given up does not go back: the garbage collector takes it.
 */
public final class Payload {

	private final int size;

	private final int held;

	/** Where its large chunks come from; null if no chunk will be used again. */
	private final @Nullable ChunkPool pool;

	/** All bytes in one array, which no other message uses; null while there is none. */
	private volatile byte @Nullable [] joined;

	/** Null if the bytes are joined or gone. Guarded by this. */
	private byte @Nullable [][] chunks;

	/** How many outputs have its chunks to write. Guarded by this. */
	private int outputs;

	private volatile boolean takenBack;

	private Payload(byte[] bytes) {
		this.size = bytes.length;
		this.held = bytes.length;
		this.pool = null;
		this.joined = bytes;
	}

	/**
	 * Create a payload of chunks.
	 * @param size the number of bytes; the last chunk may have room for more
	 * @param held the sum of the lengths of the chunks
	 */
	Payload(byte[][] chunks, int size, int held, @Nullable ChunkPool pool) {
		this.size = size;
		this.held = held;
		this.pool = pool;
		this.chunks = chunks;
	}

	/**
	 * Return a payload of the bytes of an array, which is not copied and from now on must
	 * not change.
	 */
	public static Payload of(byte[] bytes) {
		return new Payload(bytes);
	}

	/** Return the number of bytes. */
	public int size() {
		return this.size;
	}

	/** Return the bytes of memory that it was made with: its last chunk may have room. */
	public int held() {
		return this.held;
	}

	/**
	 * Return the bytes in one array, the same one each time. The bytes of a message that
	 * arrived in one piece are that array already; others are joined, which takes as much
	 * memory as the message once more, beside the memory budget.
	 * @throws IllegalStateException if the message's service has returned and the bytes
	 * are gone
	 */
	public byte[] toByteArray() {
		byte[] bytes = this.joined;
		return (bytes != null) ? bytes : join();
	}

	private synchronized byte[] join() {
		byte[] bytes = this.joined;
		if (bytes == null) {
			bytes = new byte[this.size];
			int position = 0;
			for (byte[] chunk : chunks()) {
				int count = Math.min(chunk.length, this.size - position);
				System.arraycopy(chunk, 0, bytes, position, count);
				position += count;
			}
			this.joined = bytes;
			this.chunks = null;
		}
		return bytes;
	}

	private byte[][] chunks() {
		byte[][] present = this.chunks;
		if (present == null) {
			throw new IllegalStateException(
					"The " + this.size + " bytes of the message are gone: its service has returned");
		}
		return present;
	}

	/** Return whether its service has returned and its bytes are gone. */
	public boolean isGone() {
		return this.takenBack;
	}

	/** Queue the bytes, without a copy. */
	void addTo(OutputQueue output) {
		byte[] bytes = this.joined;
		if (bytes != null) {
			output.add(bytes, bytes.length, this);
		}
		else {
			addChunksTo(output);
		}
	}

	private synchronized void addChunksTo(OutputQueue output) {
		byte[] bytes = this.joined;
		if (bytes != null) {
			output.add(bytes, bytes.length, this);
			return;
		}
		int left = this.size;
		for (byte[] chunk : chunks()) {
			output.add(chunk, Math.min(chunk.length, left), this);
			left -= chunk.length;
		}
		this.outputs++;
	}

	/**
	 * Take the bytes away, since the service has returned. Chunks that no output has to
	 * write are free; those of one output are when they are written.
	 */
	void takeBack() {
		byte[][] free;
		synchronized (this) {
			free = this.chunks;
			if (free == null || this.pool == null || this.outputs > 1) {
				return;
			}
			this.chunks = null;
			this.takenBack = true;
			if (this.outputs > 0) {
				return;
			}
		}
		for (byte[] chunk : free) {
			release(chunk);
		}
	}

	/** A chunk is not needed by an output any more. */
	void release(byte[] chunk) {
		if (this.takenBack && this.pool != null) {
			this.pool.give(chunk);
		}
	}

	/** Return how many bytes there are, and none of them. */
	@Override
	public String toString() {
		return "Payload of " + this.size + " bytes";
	}

}
