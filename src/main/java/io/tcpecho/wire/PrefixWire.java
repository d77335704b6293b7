package io.tcpecho.wire;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * A layer that sends given bytes before the first byte of the application, such as a
 * greeting or a PROXY header.
 */
public final class PrefixWire extends Layered {

	private static final long PAUSE_IN_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

	private final Host host;

	private final Supplier<byte[]> prefix;

	private final boolean split;

	/** The bytes that the wire below has not taken; null until they are asked for. */
	private @Nullable ByteBuffer rest;

	private boolean pausing;

	private long pausedUntil;

	private PrefixWire(Wire below, Host host, Supplier<byte[]> prefix, boolean split) {
		super(below);
		this.host = host;
		this.prefix = prefix;
		this.split = split;
	}

	/**
	 * Return the layer that sends some bytes first.
	 * @param prefix asked once for each connection, after it has been established
	 */
	public static Layer of(Supplier<byte[]> prefix) {
		return (below, host) -> new PrefixWire(below, host, prefix, false);
	}

	/**
	 * Return the layer that sends some bytes first, each in a segment of its own: 1 ms
	 * passes between two of them, and the connection is held back meanwhile. It needs a
	 * socket with TCP_NODELAY.
	 * @param prefix asked once for each connection, after it has been established
	 */
	public static Layer split(Supplier<byte[]> prefix) {
		return (below, host) -> new PrefixWire(below, host, prefix, true);
	}

	@Override
	public int write(ByteBuffer source) throws IOException {
		return isSent() ? super.write(source) : 0;
	}

	@Override
	public boolean flush() throws IOException {
		return isSent() && super.flush();
	}

	@Override
	public boolean endOutput() throws IOException {
		// Before the handshake below nothing can be sent, and the end does not wait.
		return (isSent() || !isEstablished()) && super.endOutput();
	}

	@Override
	public int interest(int wanted) {
		if (isPausing()) {
			return 0;
		}
		return super.interest(
				(this.rest == null || this.rest.hasRemaining()) ? wanted | SelectionKey.OP_WRITE : wanted);
	}

	/** Send what the wire below takes, and return whether all of it is sent. */
	private boolean isSent() throws IOException {
		ByteBuffer unsent = this.rest;
		if (unsent == null) {
			unsent = ByteBuffer.wrap(this.prefix.get());
			this.rest = unsent;
		}
		if (!unsent.hasRemaining()) {
			return true;
		}
		// A layer below may have to send its own bytes before it takes any.
		super.flush();
		if (!this.split) {
			super.write(unsent);
		}
		else if (!isPausing()) {
			ByteBuffer first = unsent.slice().limit(1);
			unsent.position(unsent.position() + super.write(first));
			if (!first.hasRemaining() && unsent.hasRemaining()) {
				this.pausing = true;
				this.pausedUntil = this.host.now() + PAUSE_IN_NANOS;
				this.host.turnAfter(PAUSE_IN_NANOS);
			}
		}
		return !unsent.hasRemaining();
	}

	private boolean isPausing() {
		this.pausing = this.pausing && this.host.now() - this.pausedUntil < 0;
		return this.pausing;
	}

}
