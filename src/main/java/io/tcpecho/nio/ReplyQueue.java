package io.tcpecho.nio;

import java.io.IOException;

import io.tcpecho.connection.ListenerObserver;
import io.tcpecho.framing.FrameSerializer;
import io.tcpecho.limits.ConnectionTimeouts;
import io.tcpecho.payload.OutputQueue;
import io.tcpecho.payload.Payload;
import io.tcpecho.payload.RepeatedReply;
import org.jspecify.annotations.Nullable;

/**
 * The replies of one connection on their way out: their bytes, when their messages were
 * complete, and the deadlines that the peer has to take them. Loop thread only.
 */
final class ReplyQueue {

	private final EventLoop loop;

	private final LoopSocket socket;

	private final ListenerObserver observer;

	/** The most replies that one turn can add. */
	private final int capacity;

	/** When the messages whose replies are queued were complete. */
	private long @Nullable [] completedAt;

	private int count;

	/** The payload bytes queued since the queue was last empty. */
	private long size;

	private long startedAt;

	private long lastWriteAt;

	ReplyQueue(EventLoop loop, LoopSocket socket, ListenerObserver observer, int capacity) {
		this.loop = loop;
		this.socket = socket;
		this.observer = observer;
		this.capacity = capacity;
	}

	/**
	 * Queue a reply, which from now on must not change.
	 * @param reply a {@link Payload}, or a {@link RepeatedReply}, which has no frame
	 * @throws IllegalStateException if the bytes of the payload are gone
	 */
	void add(FrameSerializer serializer, Object reply, long completedAt) {
		OutputQueue output = this.socket.output();
		if (output.isEmpty()) {
			restart();
		}
		if (reply instanceof RepeatedReply repeatedReply) {
			repeatedReply.addTo(output);
			this.size += repeatedReply.size();
		}
		else if (reply instanceof Payload payload) {
			output.add(serializer.header(payload.size()));
			output.add(payload);
			output.add(serializer.trailer());
			this.size += payload.size();
		}
		if (this.completedAt == null) {
			this.completedAt = new long[this.capacity];
		}
		this.completedAt[this.count++] = completedAt;
	}

	/**
	 * Write the next slice, and tell how long replies took once all are written.
	 * @return whether all are
	 */
	boolean write() throws IOException {
		int bytes = this.socket.transmit();
		if (bytes > 0) {
			this.lastWriteAt = this.loop.now();
			this.observer.sent(bytes);
		}
		if (!this.socket.isWritten()) {
			return false;
		}
		for (int i = 0; i < this.count && this.completedAt != null; i++) {
			this.observer.replied(this.loop.now() - this.completedAt[i]);
		}
		this.count = 0;
		this.size = 0;
		return true;
	}

	/** Wait for the peer from now on. */
	void restart() {
		this.startedAt = this.loop.now();
		this.lastWriteAt = this.startedAt;
	}

	boolean isEmpty() {
		return this.socket.output().isEmpty();
	}

	/** Return the bytes of memory that the replies hold: those written are not held. */
	long held() {
		return this.socket.output().held();
	}

	/** Return whether the peer has taken no byte for too long. */
	boolean isStalled(ConnectionTimeouts timeouts) {
		return this.loop.now() - this.lastWriteAt >= timeouts.write().toNanos();
	}

	/** Return whether the peer has taken no byte for too long, or too few in all. */
	boolean isOverdue(ConnectionTimeouts timeouts) {
		return isStalled(timeouts) || this.loop.now() - this.startedAt >= timeouts.writeTotalInNanos(this.size);
	}

	/** Move the deadlines: the server itself held the bytes back for so long. */
	void postpone(long nanos) {
		this.startedAt += nanos;
		this.lastWriteAt += nanos;
	}

}
