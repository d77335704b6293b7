package io.tcpecho.fault;

import java.net.InetSocketAddress;
import java.time.Duration;

import io.tcpecho.testing.MemoryWire;
import io.tcpecho.testing.StrictHost;

/**
 * A wire in memory with the connection above it, on a clock that a test moves.
 */
final class MemoryConnection extends MemoryWire implements StrictHost {

	private final InetSocketAddress remote;

	private long now = System.nanoTime();

	private int turnsAsked;

	private long lastTurn;

	private boolean finished;

	MemoryConnection() {
		this("192.0.2.1");
	}

	/** Create a wire whose socket is connected to this address. */
	MemoryConnection(String remote) {
		this.remote = new InetSocketAddress(remote, 4242);
	}

	void pass(Duration time) {
		this.now += time.toNanos();
	}

	int turnsAsked() {
		return this.turnsAsked;
	}

	Duration untilLastTurn() {
		return Duration.ofNanos(this.lastTurn - this.now);
	}

	boolean isFinished() {
		return this.finished;
	}

	@Override
	public long now() {
		return this.now;
	}

	@Override
	public InetSocketAddress remote() {
		return this.remote;
	}

	@Override
	public void turnAfter(long nanos) {
		this.turnsAsked++;
		this.lastTurn = this.now + nanos;
	}

	@Override
	public void sendAtOnce() {
	}

	@Override
	public void finish() {
		this.finished = true;
	}

}
