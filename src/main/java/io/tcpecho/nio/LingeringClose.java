package io.tcpecho.nio;

import java.io.IOException;
import java.time.Duration;

import io.tcpecho.connection.ListenerObserver;
import io.tcpecho.wire.WireException;

/**
 * A lingering close: FIN is sent, and what the peer still sends is read and dropped for a
 * while. A close with unread bytes would be a reset, and could destroy the reply on its
 * way. Loop thread only.
 */
final class LingeringClose {

	/** How long a lingering close waits for the next byte. */
	private static final Duration LONGEST_SILENCE = Duration.ofSeconds(5);

	/** How long a lingering close takes in all. */
	private static final Duration LONGEST_TIME = Duration.ofSeconds(30);

	/** How long a close lingers after the FIN that a layer of the wire has asked for. */
	private static final Duration BRIEF_TIME = Duration.ofSeconds(1);

	private final EventLoop loop;

	private final LoopSocket socket;

	private final ListenerObserver observer;

	private long startedAt;

	private long lastReadAt;

	private Duration longestTime = LONGEST_TIME;

	LingeringClose(EventLoop loop, LoopSocket socket, ListenerObserver observer) {
		this.loop = loop;
		this.socket = socket;
		this.observer = observer;
	}

	/** Send FIN, and begin to wait for the peer's. */
	void begin() throws IOException {
		this.socket.disarmReset();
		this.socket.channel().shutdownOutput();
		this.startedAt = this.loop.now();
		this.lastReadAt = this.startedAt;
	}

	/** Send FIN, and wait for the peer's for a moment only. */
	void beginBriefly() throws IOException {
		this.longestTime = BRIEF_TIME;
		begin();
	}

	/**
	 * Read the bytes that are there and drop them.
	 * @return whether the peer has ended its stream too, or has reset it, which is no
	 * failure because it has its reply
	 * @throws WireException if a layer ends the connection in its own way
	 */
	boolean discard() throws WireException {
		try {
			int count = this.socket.receive(this.loop.buffer());
			if (count > 0) {
				this.lastReadAt = this.loop.now();
				this.observer.received(count);
			}
			return count < 0;
		}
		catch (WireException ex) {
			throw ex;
		}
		catch (IOException ex) {
			return true;
		}
	}

	/**
	 * Return whether the peer was silent for too long, or it has taken too long in all.
	 */
	boolean isOverdue() {
		long now = this.loop.now();
		return now - this.lastReadAt >= LONGEST_SILENCE.toNanos() || now - this.startedAt >= this.longestTime.toNanos();
	}

	/** Extend the deadlines by a wait that the server caused, not the peer. */
	void postpone(long nanos) {
		this.startedAt += nanos;
		this.lastReadAt += nanos;
	}

}
