package io.tcpecho.tls;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/**
 * The buffers that all TLS connections of one thread share while each has its turn, and a
 * small stock of buffers for what a connection keeps between its turns. One thread only.
 */
final class Scratch {

	/** The size in bytes that no record of TLS exceeds. */
	static final int RECORD_IN_BYTES = 17 * 1024;

	private static final int INPUT_IN_BYTES = 64 * 1024;

	/** So many bytes the smallest buffer of the stock has, and each class twice more. */
	private static final int SMALLEST_IN_BYTES = 256;

	private static final int CLASSES = 8;

	private static final int STOCK_OF_A_CLASS = 4;

	private static final ThreadLocal<Scratch> current = ThreadLocal.withInitial(Scratch::new);

	private final ByteBuffer input = ByteBuffer.allocateDirect(INPUT_IN_BYTES);

	/** Room for two records, so that the small ones of a handshake are sent together. */
	private final ByteBuffer output = ByteBuffer.allocateDirect(2 * RECORD_IN_BYTES);

	private final ByteBuffer plain = ByteBuffer.allocate(RECORD_IN_BYTES);

	private final ArrayDeque<ByteBuffer>[] stock = stock();

	private Scratch() {
	}

	@SuppressWarnings({ "unchecked", "rawtypes" })
	private static ArrayDeque<ByteBuffer>[] stock() {
		ArrayDeque<ByteBuffer>[] stock = new ArrayDeque[CLASSES];
		for (int i = 0; i < CLASSES; i++) {
			stock[i] = new ArrayDeque<>(STOCK_OF_A_CLASS);
		}
		return stock;
	}

	/** Return the buffers of the current thread. */
	static Scratch ofThisThread() {
		return current.get();
	}

	/** Return the buffer for encrypted bytes on their way in, empty and writable. */
	ByteBuffer input() {
		return this.input.clear();
	}

	/** Return the buffer for encrypted bytes on their way out, empty and writable. */
	ByteBuffer output() {
		return this.output.clear();
	}

	/** Return the buffer for the content of one record, empty and writable. */
	ByteBuffer plain() {
		return this.plain.clear();
	}

	/**
	 * Copy the bytes that a connection keeps.
	 * @param source is empty afterwards; it has at most twice the size of the largest
	 * record
	 * @return a buffer with the bytes, to be given back by {@link #release}
	 */
	ByteBuffer keep(ByteBuffer source) {
		int size = source.remaining();
		int index = index(size);
		ByteBuffer kept = (index < CLASSES) ? this.stock[index].poll() : null;
		if (kept == null) {
			kept = ByteBuffer.allocate((index < CLASSES) ? SMALLEST_IN_BYTES << index : size);
		}
		return kept.clear().put(source).flip();
	}

	/** Take back a buffer that is not needed any more. */
	void release(ByteBuffer kept) {
		int index = index(kept.capacity());
		if (index < CLASSES && this.stock[index].size() < STOCK_OF_A_CLASS) {
			this.stock[index].add(kept);
		}
	}

	private static int index(int size) {
		int index = 0;
		while (SMALLEST_IN_BYTES << index < size) {
			index++;
		}
		return index;
	}

}
