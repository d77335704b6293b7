package io.tcpecho.nio;

import java.io.IOException;

import io.tcpecho.connection.ListenerObserver;
import io.tcpecho.framing.FrameSerializer;
import io.tcpecho.limits.ConnectionTimeouts;
import io.tcpecho.limits.MemoryAccount;
import org.jspecify.annotations.Nullable;

/**
 * The replies of one connection on their way out: their bytes, when their messages were
 * complete, and the deadlines that the peer has to take them. Loop thread only.
 */
final class ReplyQueue {

	/** A smaller reply is not worth a copy. */
	private static final long SMALLEST_TO_CUT_IN_BYTES = 1024 * 1024;

	/** Like the largest chunk of a message, so that G1 gives it no region of its own. */
	private static final int PIECE_IN_BYTES = 256 * 1024;

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

	/** Those of them that take no memory, since a piece is repeated. */
	private long repeated;

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
	 * @param reply a {@code byte[]} or a {@link RepeatedReply}, which has no frame
	 */
	void add(FrameSerializer serializer, Object reply, long completedAt) {
		OutputQueue output = this.socket.output();
		if (output.isEmpty()) {
			restart();
		}
		if (reply instanceof RepeatedReply repeatedReply) {
			repeatedReply.addTo(output);
			this.size += repeatedReply.size();
			this.repeated += repeatedReply.size() - repeatedReply.held();
		}
		else if (reply instanceof byte[] bytes) {
			output.add(serializer.header(bytes.length));
			output.add(bytes);
			output.add(serializer.trailer());
			this.size += bytes.length;
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
		this.repeated = 0;
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
		return Math.min(this.size - this.repeated, this.socket.output().held());
	}

	/**
	 * Cut a large reply, which the peer takes slowly, into pieces of which each gives its
	 * memory back when it is written; if there is memory for the copy meanwhile.
	 */
	void cut(MemoryAccount memory) {
		long rest = this.socket.output().remainingOfFirst();
		if (this.repeated == 0 && rest >= SMALLEST_TO_CUT_IN_BYTES && memory.reserve(rest)) {
			this.socket.output().cut(PIECE_IN_BYTES);
		}
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
