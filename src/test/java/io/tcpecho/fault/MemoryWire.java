package io.tcpecho.fault;

import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;

import javax.net.ssl.SSLSession;

import io.tcpecho.connection.ProxyDetails;
import io.tcpecho.connection.ProxyRefusal;
import io.tcpecho.connection.TlsDetails;
import io.tcpecho.wire.Wire;

/**
 * A wire in memory with the connection above it, on a clock that a test moves.
 */
final class MemoryWire implements Wire, Wire.Host {

	/** What the socket has taken. */
	private final ByteArrayOutputStream sent = new ByteArrayOutputStream();

	private final Queue<byte[]> input = new ArrayDeque<>();

	private final InetSocketAddress remote;

	/** How many bytes a write takes at most. */
	private int room = Integer.MAX_VALUE;

	private long now = System.nanoTime();

	private int turnsAsked;

	private long lastTurn;

	private boolean outputEnded;

	private boolean finished;

	MemoryWire() {
		this("192.0.2.1");
	}

	/** Create a wire whose socket is connected to this address. */
	MemoryWire(String remote) {
		this.remote = new InetSocketAddress(remote, 4242);
	}

	void pass(Duration time) {
		this.now += time.toNanos();
	}

	void take(int room) {
		this.room = room;
	}

	void come(String text) {
		this.input.add(bytes(text));
	}

	String sent() {
		return this.sent.toString(StandardCharsets.ISO_8859_1);
	}

	int turnsAsked() {
		return this.turnsAsked;
	}

	Duration untilLastTurn() {
		return Duration.ofNanos(this.lastTurn - this.now);
	}

	boolean isOutputEnded() {
		return this.outputEnded;
	}

	boolean isFinished() {
		return this.finished;
	}

	static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.ISO_8859_1);
	}

	// The wire

	@Override
	public int read(ByteBuffer target) {
		byte[] next = this.input.poll();
		if (next == null) {
			return 0;
		}
		target.put(next);
		return (next.length == 0) ? -1 : next.length;
	}

	@Override
	public int write(ByteBuffer source) {
		int count = Math.min(this.room, source.remaining());
		for (int i = 0; i < count; i++) {
			this.sent.write(source.get());
		}
		return count;
	}

	@Override
	public boolean flush() {
		return true;
	}

	@Override
	public boolean endOutput() {
		this.outputEnded = true;
		return true;
	}

	@Override
	public int interest(int wanted) {
		return wanted;
	}

	@Override
	public boolean holdsInput() {
		return false;
	}

	@Override
	public boolean isEstablished() {
		return true;
	}

	@Override
	public boolean isEndedByFin() {
		return false;
	}

	@Override
	public void expired() {
	}

	@Override
	public int held() {
		return 0;
	}

	// The connection

	@Override
	public long now() {
		return this.now;
	}

	@Override
	public String id() {
		return "echo-1";
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
	public void offload(Executor threads, Runnable slow) {
		throw new UnsupportedOperationException();
	}

	@Override
	public void peer(InetSocketAddress peer) {
		throw new UnsupportedOperationException();
	}

	@Override
	public void proxied(ProxyDetails details) {
		throw new UnsupportedOperationException();
	}

	@Override
	public void proxyRefused(ProxyRefusal refusal) {
		throw new UnsupportedOperationException();
	}

	@Override
	public void secured(SSLSession session, TlsDetails details) {
		throw new UnsupportedOperationException();
	}

	@Override
	public void sendAtOnce() {
	}

	@Override
	public void finish() {
		this.finished = true;
	}

}
