package io.tcpecho.wire;

import java.io.IOException;
import java.nio.ByteBuffer;

import io.tcpecho.connection.Outcome;

/**
 * The base of layers: passes everything to the wire below.
 */
public abstract class Layered implements Wire {

	private final Wire below;

	/** Create a layer on a wire. */
	protected Layered(Wire below) {
		this.below = below;
	}

	/** Return the wire below this layer. */
	protected final Wire below() {
		return this.below;
	}

	@Override
	public int read(ByteBuffer target) throws IOException {
		return this.below.read(target);
	}

	@Override
	public int write(ByteBuffer source) throws IOException {
		return this.below.write(source);
	}

	@Override
	public boolean flush() throws IOException {
		return this.below.flush();
	}

	@Override
	public boolean endOutput() throws IOException {
		return this.below.endOutput();
	}

	@Override
	public boolean isEndedByFin() {
		return this.below.isEndedByFin();
	}

	@Override
	public int interest(int wanted) {
		return this.below.interest(wanted);
	}

	@Override
	public boolean isEstablished() {
		return this.below.isEstablished();
	}

	@Override
	public boolean holdsInput() {
		return this.below.holdsInput();
	}

	@Override
	public void expired() throws WireException {
		this.below.expired();
	}

	@Override
	public int held() {
		return this.below.held();
	}

	@Override
	public Outcome outcome(Outcome ending) {
		return this.below.outcome(ending);
	}

}
