package io.tcpecho.nio;

import io.tcpecho.connection.ListenerObserver;
import io.tcpecho.framing.FrameSerializer;
import org.jspecify.annotations.Nullable;

/**
 * The replies of one connection on their way out: their bytes, when their messages were
 * complete, and the deadlines that the peer has to take them. Loop thread only.
 */
final class ReplyQueue {

	private final OutputQueue output;

	/** The most replies that one turn can add. */
	private final int capacity;

	/** When the messages whose replies are queued were complete. */
	private long @Nullable [] completedAt;

	private int count;

	/** The payload bytes queued since the queue was last empty. */
	private long size;

	private long startedAt;

	private long lastWriteAt;

	ReplyQueue(OutputQueue output, int capacity) {
		this.output = output;
		this.capacity = capacity;
	}

	/** Queue a reply, which from now on must not change. */
	void add(FrameSerializer serializer, byte[] reply, long completedAt, long now) {
		if (this.output.isEmpty()) {
			this.startedAt = now;
			this.lastWriteAt = now;
		}
		this.output.add(serializer.header(reply.length));
		this.output.add(reply);
		this.output.add(serializer.trailer());
		this.size += reply.length;
		if (this.completedAt == null) {
			this.completedAt = new long[this.capacity];
		}
		this.completedAt[this.count++] = completedAt;
	}

	/** The peer's window took some of the bytes, or is waited for from now on. */
	void progressed(long now) {
		this.lastWriteAt = now;
	}

	/** Every byte is written: tell how long each reply took. */
	void written(ListenerObserver observer, long now) {
		for (int i = 0; i < this.count && this.completedAt != null; i++) {
			observer.replied(now - this.completedAt[i]);
		}
		this.count = 0;
		this.size = 0;
	}

	/** Return the bytes of memory that the replies hold. */
	long held() {
		return this.size;
	}

	/** Return whether the peer has taken no byte for too long. */
	boolean isStalled(ConnectionTimeouts timeouts, long now) {
		return now - this.lastWriteAt >= timeouts.write().toNanos();
	}

	/** Return whether the peer has taken no byte for too long, or too few in all. */
	boolean isOverdue(ConnectionTimeouts timeouts, long now) {
		return isStalled(timeouts, now) || now - this.startedAt >= timeouts.writeTotalInNanos(this.size);
	}

	/** Move the deadlines: the server itself held the bytes back for so long. */
	void postpone(long nanos) {
		this.startedAt += nanos;
		this.lastWriteAt += nanos;
	}

}
