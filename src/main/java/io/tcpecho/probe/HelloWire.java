package io.tcpecho.probe;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

import io.tcpecho.wire.Layered;
import io.tcpecho.wire.Wire;

/**
 * A layer below TLS that changes nothing: it counts the bytes that pass, and sees whether
 * the peer sends our own hello back.
 */
final class HelloWire extends Layered {

	/** So many bytes of a hello have some of its random ones among them. */
	private static final int COMPARED_IN_BYTES = 32;

	private final ByteBuffer firstSent = ByteBuffer.allocate(COMPARED_IN_BYTES);

	private final ByteBuffer firstReceived = ByteBuffer.allocate(COMPARED_IN_BYTES);

	private long received;

	private long sent;

	HelloWire(Wire below) {
		super(below);
	}

	/** Return how many bytes have come. */
	long received() {
		return this.received;
	}

	/** Return how many bytes have gone. */
	long sent() {
		return this.sent;
	}

	/** Return whether the first bytes that came are the first ones that went. */
	boolean isEchoed() {
		return !this.firstReceived.hasRemaining() && Arrays.equals(this.firstSent.array(), this.firstReceived.array());
	}

	@Override
	public int read(ByteBuffer target) throws IOException {
		int start = target.position();
		int count = super.read(target);
		this.received += Math.max(0, count);
		keep(this.firstReceived, target, start);
		return count;
	}

	@Override
	public int write(ByteBuffer source) throws IOException {
		int start = source.position();
		int count = super.write(source);
		this.sent += count;
		keep(this.firstSent, source, start);
		return count;
	}

	/** Keep the bytes that have just passed, as far as they are among the first. */
	private static void keep(ByteBuffer first, ByteBuffer passed, int start) {
		int count = Math.min(first.remaining(), passed.position() - start);
		if (count > 0) {
			first.put(first.position(), passed, start, count).position(first.position() + count);
		}
	}

}
