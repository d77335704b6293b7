package io.tcpecho.testing;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A wire in memory, in the place of a socket: it hands over what a test lets arrive,
 * piece by piece, and keeps what is written. Its text is of ISO 8859-1, one byte a
 * character.
 */
public class MemoryWire implements PlainWire {

	private final Deque<ByteBuffer> arrived = new ArrayDeque<>();

	private final ByteArrayOutputStream sent = new ByteArrayOutputStream();

	private int mostInAWrite = Integer.MAX_VALUE;

	private boolean inputEnded;

	private boolean outputEnded;

	/** Let these bytes arrive. One read never joins the bytes of two calls. */
	public final void arrives(String text) {
		this.arrived.add(ByteBuffer.wrap(bytes(text)));
	}

	/** Let the peer's stream end behind what has arrived. */
	public final void ends() {
		this.inputEnded = true;
	}

	/** Take at most so many bytes in each write from now on. */
	public final void takes(int mostInAWrite) {
		this.mostInAWrite = mostInAWrite;
	}

	/** Return all that was written. */
	public final String sent() {
		return this.sent.toString(StandardCharsets.ISO_8859_1);
	}

	/** Return what was written since the last call. */
	public final String takeSent() {
		String text = sent();
		this.sent.reset();
		return text;
	}

	/** Return whether the layers above have ended the output. */
	public final boolean isOutputEnded() {
		return this.outputEnded;
	}

	/** Return the bytes of a text. */
	public static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.ISO_8859_1);
	}

	@Override
	public int read(ByteBuffer target) {
		ByteBuffer first = this.arrived.peek();
		if (first == null) {
			return this.inputEnded ? -1 : 0;
		}
		int count = Math.min(first.remaining(), target.remaining());
		target.put(first.slice().limit(count));
		first.position(first.position() + count);
		if (!first.hasRemaining()) {
			this.arrived.remove();
		}
		return count;
	}

	@Override
	public int write(ByteBuffer source) {
		int count = Math.min(source.remaining(), this.mostInAWrite);
		for (int i = 0; i < count; i++) {
			this.sent.write(source.get());
		}
		return count;
	}

	@Override
	public boolean endOutput() {
		this.outputEnded = true;
		return true;
	}

}
