package io.tcpecho.lab;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;

import io.tcpecho.connection.Outcome;
import io.tcpecho.wire.Layered;
import io.tcpecho.wire.Wire;
import io.tcpecho.wire.WireException;
import org.jspecify.annotations.Nullable;

/**
 * The layer that lets one connection end as its first line asks: it watches the bytes
 * that pass, holds the reply back for the wait, and resets where FIN would follow.
 *
 * <p>
 * While it waits, no event is selected for, so it looks for the client's RST itself, in
 * turns of its own.
 */
final class LabWire extends Layered {

	/** The time between two looks for the client's RST. */
	private static final long LOOK_INTERVAL_IN_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

	/**
	 * The time between a reply and the reset that follows. Many programs look for an
	 * error before they read what has come.
	 */
	private static final long TIME_TO_READ_IN_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

	/** The most bytes that one look drops, so that other connections have their turns. */
	private static final int MAX_DROPPED_IN_BYTES = 64 * 1024;

	private static final int SCRATCH_IN_BYTES = 8 * 1024;

	private final Wire.Host host;

	private final LabLimits limits;

	private final SeenConnections connections;

	private final FirstLine line;

	private @Nullable SeenConnection seen;

	/** The bytes of the message that have come, and those behind it. */
	private long received;

	/** The bytes of the reply that the socket has taken. */
	private long sent;

	private boolean finReceived;

	private boolean messageEnded;

	private long messageEndedAt;

	/** Whether the last byte of the reply is with the socket. */
	private boolean replied;

	private long repliedAt;

	/** Whether the connection is held back at the moment. */
	private boolean holding;

	/** When the turn comes that was asked for last. */
	private long nextTurnAt;

	LabWire(Wire below, Wire.Host host, LabLimits limits, SeenConnections connections) {
		super(below);
		this.host = host;
		this.limits = limits;
		this.connections = connections;
		this.line = new FirstLine(limits);
		this.nextTurnAt = host.now();
	}

	// What the client sends

	@Override
	public int read(ByteBuffer target) throws IOException {
		int start = target.position();
		int count = readBelow(target);
		if (count > 0) {
			watch(target.duplicate().limit(start + count).position(start));
		}
		else if (count < 0) {
			endOfStream();
		}
		return count;
	}

	private int readBelow(ByteBuffer target) throws IOException {
		try {
			return super.read(target);
		}
		catch (IOException ex) {
			throw reset(ex);
		}
	}

	private int writeBelow(ByteBuffer source) throws IOException {
		try {
			return super.write(source);
		}
		catch (IOException ex) {
			throw reset(ex);
		}
	}

	/** Note that the client has reset the connection, unless a layer ends it. */
	private IOException reset(IOException cause) {
		if (this.seen != null && !(cause instanceof WireException)) {
			this.seen.rst(this.host.now());
		}
		return cause;
	}

	private void watch(ByteBuffer bytes) {
		boolean complete = this.line.request() != null;
		if (!this.line.take(bytes)) {
			return;
		}
		LabRequest request = request();
		if (!complete && request.token() != null && request.kind() == LabRequest.Kind.LAB) {
			this.seen = this.connections.add(request.token(), this.host.id(), this.host.remote(), this.host.now());
		}
		this.received += bytes.remaining();
		if (this.seen != null) {
			this.seen.received(bytes.remaining());
		}
		if (request.kind() != LabRequest.Kind.LAB
				|| (request.messageSize() != LabRequest.UNTIL_FIN && this.received >= request.messageSize())) {
			endMessage();
		}
	}

	private void endOfStream() {
		this.line.endOfStream();
		if (this.seen != null && !this.finReceived) {
			this.seen.fin(this.host.now());
		}
		this.finReceived = true;
		endMessage();
	}

	private void endMessage() {
		if (!this.messageEnded) {
			this.messageEnded = true;
			this.messageEndedAt = this.host.now();
		}
	}

	private LabRequest request() {
		LabRequest request = this.line.request();
		return (request != null) ? request : LabRequest.refused("");
	}

	// The reply

	@Override
	public int write(ByteBuffer source) throws IOException {
		if (isHeldUntil(this.messageEndedAt + request().delay().toNanos())) {
			return 0;
		}
		int limit = source.limit();
		if (request().end() == LabRequest.End.CUT) {
			long left = halfOfReply() - this.sent;
			source.limit((int) Math.min(limit, source.position() + left));
		}
		int count = writeBelow(source);
		source.limit(limit);
		this.sent += count;
		if (this.seen != null) {
			this.seen.sent(count);
		}
		if (request().end() == LabRequest.End.CUT) {
			cutAtHalf();
		}
		return count;
	}

	private void cutAtHalf() throws WireException {
		if (this.sent >= halfOfReply()) {
			throw asAsked();
		}
	}

	private long halfOfReply() {
		LabRequest request = request();
		long message = (request.messageSize() == LabRequest.UNTIL_FIN) ? this.received
				: Math.min(this.received, request.messageSize());
		return (request.isEcho() ? message : request.replySize()) / 2;
	}

	@Override
	public boolean endOutput() throws IOException {
		LabRequest request = request();
		if (isHeldUntil(this.messageEndedAt + request.delay().toNanos())) {
			return false;
		}
		if (!this.replied) {
			this.replied = true;
			this.repliedAt = this.host.now();
			if (this.seen != null) {
				this.seen.replied(this.repliedAt);
			}
		}
		boolean refused = request.kind() == LabRequest.Kind.REFUSED && this.line.isBegun();
		boolean reset = request.kind() == LabRequest.Kind.LAB && request.end() != LabRequest.End.FIN;
		long until = (request.end() == LabRequest.End.HOLD) ? this.messageEndedAt + this.limits.maxWait().toNanos()
				: this.repliedAt + ((this.sent > 0) ? TIME_TO_READ_IN_NANOS : 0);
		if ((refused || reset) && isHeldUntil(until)) {
			return false;
		}
		if (refused) {
			throw WireException.reset(Outcome.LAB_REFUSED, "The first line cannot be followed: " + request.error());
		}
		if (reset) {
			throw asAsked();
		}
		return super.endOutput();
	}

	private static WireException asAsked() {
		return WireException.reset(Outcome.LAB_RESET, "The first line asks for a reset");
	}

	// Waiting

	/**
	 * Return whether a time behind the end of the message has not come. If so, a turn
	 * follows at that time, and turns before it look for the client's RST; behind the
	 * client's FIN the system tells of none.
	 */
	private boolean isHeldUntil(long time) throws IOException {
		long now = this.host.now();
		long left = this.messageEnded ? time - now : 0;
		this.holding = left > 0;
		if (this.holding) {
			readDropping();
			if (now - this.nextTurnAt >= 0) {
				long next = this.finReceived ? left : Math.min(left, LOOK_INTERVAL_IN_NANOS);
				this.nextTurnAt = now + next;
				this.host.turnAfter(next);
			}
		}
		return this.holding;
	}

	/**
	 * Drop what comes behind the end of the message; the next look drops what this one
	 * leaves.
	 */
	private void readDropping() throws IOException {
		ByteBuffer scratch = ByteBuffer.allocate(SCRATCH_IN_BYTES);
		int count = 1;
		for (int dropped = 0; count > 0 && !this.finReceived && dropped < MAX_DROPPED_IN_BYTES; dropped += count) {
			count = read(scratch.clear());
		}
	}

	@Override
	public int interest(int wanted) {
		return this.holding ? 0 : super.interest(wanted);
	}

}
