package io.tcpecho.via;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;

import io.tcpecho.text.Amounts;
import io.tcpecho.wire.Layered;
import io.tcpecho.wire.Wire;

/**
 * A layer that asks a proxy for a connection to elsewhere, and keeps the application's
 * bytes out until the proxy is a tunnel. It reads no byte that may come from beyond the
 * proxy, so nothing waits inside.
 */
public final class TunnelWire extends Layered {

	private final Negotiation negotiation;

	private final Runnable opened;

	private ByteBuffer out;

	private ByteBuffer in;

	private long answered;

	private boolean open;

	/**
	 * Create the layer for one connection.
	 * @param opened called once, when the proxy is a tunnel
	 */
	TunnelWire(Wire below, Negotiation negotiation, Runnable opened) {
		super(below);
		this.negotiation = negotiation;
		this.opened = opened;
		this.out = ByteBuffer.wrap(negotiation.begin());
		this.in = ByteBuffer.allocate(negotiation.wanted());
	}

	/** Return how many bytes of its answer the proxy has sent. */
	public long answered() {
		return this.answered;
	}

	@Override
	public int read(ByteBuffer target) throws IOException {
		return (this.open || negotiate()) ? super.read(target) : 0;
	}

	@Override
	public int write(ByteBuffer source) throws IOException {
		return this.open ? super.write(source) : 0;
	}

	@Override
	public boolean flush() throws IOException {
		boolean flushed = super.flush();
		return isSent() && flushed;
	}

	@Override
	public boolean endOutput() throws IOException {
		return this.open && super.endOutput();
	}

	@Override
	public int interest(int wanted) {
		return super.interest(
				this.open ? wanted : this.out.hasRemaining() ? SelectionKey.OP_WRITE : SelectionKey.OP_READ);
	}

	private boolean isSent() throws IOException {
		if (this.out.hasRemaining()) {
			super.write(this.out);
		}
		return !this.out.hasRemaining();
	}

	/** Go on as far as possible, and return whether the proxy is a tunnel. */
	private boolean negotiate() throws IOException {
		flush();
		while (readAnswer()) {
			this.out = ByteBuffer.wrap(this.negotiation.take(this.in.array()));
			int wanted = this.negotiation.wanted();
			if (wanted == 0) {
				this.open = true;
				this.opened.run();
				return true;
			}
			this.in = ByteBuffer.allocate(wanted);
			isSent();
		}
		// A proxy below may have become a tunnel by this read.
		isSent();
		return false;
	}

	/** Read, and return whether the next piece of the answer is complete. */
	private boolean readAnswer() throws IOException {
		int count;
		do {
			count = super.read(this.in);
			if (count < 0) {
				throw ViaException.failed("FIN after " + Amounts.count(this.answered, "byte") + " of its answer");
			}
			this.answered += count;
		}
		while (count > 0 && this.in.hasRemaining());
		return !this.in.hasRemaining();
	}

}
