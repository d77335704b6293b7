package io.tcpecho.nio;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;

import io.tcpecho.connection.ListenerObserver;
import io.tcpecho.connection.Outcome;
import io.tcpecho.framing.FrameDecoder;
import io.tcpecho.framing.FrameDeserializer;
import io.tcpecho.framing.MessageCutOffException;
import io.tcpecho.framing.MessageTooLongException;
import io.tcpecho.limits.ConnectionTimeouts;
import io.tcpecho.limits.MemoryAccount;
import io.tcpecho.payload.Payload;
import io.tcpecho.wire.WireException;
import org.jspecify.annotations.Nullable;

/**
 * Cuts messages out of the bytes that one connection receives, keeps those of later
 * turns, and judges how long the peer takes. Loop thread only.
 *
 * <p>
 * No byte is read before the memory for it is reserved: bytes that were read and have no
 * place cannot be given back.
 */
final class MessageReader {

	/** The most bytes that a connection which stays open reads in a turn. */
	static final int MAX_BYTES_IN_A_TURN = 64 * 1024;

	/** The number of bytes that one read should bring, if the budget has the memory. */
	private static final int COMFORTABLE_READ_IN_BYTES = 16 * 1024;

	private final EventLoop loop;

	private final LoopSocket socket;

	private final ListenerObserver observer;

	private final MemoryAccount memory;

	private final FrameDecoder decoder;

	private final boolean singleMessage;

	/** Whether the only message is complete before a byte of it has come. */
	private final boolean completeAtOnce;

	private final boolean truncating;

	/** Bytes that were read but belong to later turns. */
	private @Nullable ByteBuffer leftover;

	/** The bytes at hand in this turn. */
	private @Nullable ByteBuffer in;

	/** How many bytes this turn may still read. */
	private int turnLimit;

	/** Whether a short read is followed by another one in this turn. */
	private boolean lookAgain;

	/** Whether the decoder has a complete message that has not been taken yet. */
	private boolean messageComplete;

	/** Messages taken so far. */
	private volatile long messages;

	/** Whether the last read found the socket empty. */
	private boolean socketEmpty;

	private boolean finReceived;

	/** The error in the bytes that came. */
	private @Nullable Outcome failure;

	/** The memory that the next read needs and that the budget has not got. */
	private long missingMemory;

	private boolean messageStarted;

	private long messageStartedAt;

	private long lastReadAt;

	MessageReader(EventLoop loop, LoopSocket socket, ListenerObserver observer, MemoryAccount memory,
			FrameDeserializer deserializer) {
		this.loop = loop;
		this.socket = socket;
		this.observer = observer;
		this.memory = memory;
		this.decoder = deserializer.newDecoder();
		this.decoder.takeChunksFrom(memory.chunks());
		this.singleMessage = deserializer.isSingleMessage();
		this.completeAtOnce = deserializer.isCompleteAtOnce();
		this.truncating = deserializer.isTruncating();
		this.lastReadAt = socket.openedAt();
	}

	// A turn

	/**
	 * Begin a turn.
	 * @param lookAgain whether a short read is worth another look, since a FIN depends on
	 * what it finds
	 */
	void beginTurn(boolean lookAgain) {
		this.turnLimit = turnLimit();
		this.lookAgain = lookAgain || this.singleMessage;
		this.socketEmpty = false;
		this.in = this.leftover;
		this.leftover = null;
	}

	/**
	 * Return how many bytes may be read in one turn. A connection for a single message
	 * reads one buffer, or a sixteenth of the free memory if that is less, but at least
	 * {@value #MAX_BYTES_IN_A_TURN} bytes. Without this limit a few large messages could
	 * take all memory before any of them is complete, and all would be reset.
	 */
	private int turnLimit() {
		return this.singleMessage
				? (int) Math.max(MAX_BYTES_IN_A_TURN, Math.min(this.memory.free() / 16, EventLoop.BUFFER_SIZE_IN_BYTES))
				: MAX_BYTES_IN_A_TURN;
	}

	/** Read and decode until a message is complete or something else has to happen. */
	Result next() throws IOException {
		while (!isMessageComplete()) {
			ByteBuffer bytes = this.in;
			if (bytes != null && bytes.hasRemaining()) {
				decode(bytes);
			}
			else if (this.finReceived || this.socketEmpty || this.turnLimit == 0) {
				return Result.NOTHING;
			}
			else {
				int limit = Math.min(reserveMemory(), this.turnLimit);
				if (limit == 0) {
					return Result.NEEDS_MEMORY;
				}
				read(limit);
			}
			if (this.failure != null) {
				return Result.BROKEN;
			}
		}
		return Result.MESSAGE;
	}

	private boolean isMessageComplete() {
		if (this.completeAtOnce && this.messages == 0 && this.socket.isEstablished()) {
			this.messageComplete = true;
		}
		return this.messageComplete;
	}

	/** Return how many bytes may be read; 0 if there is no memory for the next byte. */
	private int reserveMemory() {
		int room = this.decoder.room();
		if (room > 0) {
			return room;
		}
		int growth = this.decoder.growth();
		// Inside a message, reserve no more than its rest: the budget promises no more.
		int comfortable = (this.decoder.size() == 0) ? Math.max(growth, COMFORTABLE_READ_IN_BYTES) : growth;
		if (comfortable > growth && this.memory.reserve(comfortable)) {
			return comfortable;
		}
		// A single byte needs none: it ends the message or is one too many.
		if (this.memory.reserve(growth)) {
			return Math.max(growth, 1);
		}
		this.missingMemory = growth;
		return 0;
	}

	private void read(int limit) throws IOException {
		ByteBuffer place = this.decoder.place(limit);
		ByteBuffer bytes = (place != null) ? place : this.loop.buffer().limit(limit);
		int most = bytes.remaining();
		int count = this.socket.receive(bytes);
		this.in = bytes.flip();
		if (count < 0) {
			endOfStream();
		}
		else if (count > 0) {
			this.observer.received(count);
			this.lastReadAt = this.loop.now();
			this.turnLimit -= count;
		}
		// A short read leaves no bytes behind. But where FIN ends the message, it is
		// likely to be there already; and before the FIN of a drain, bytes may have come
		// during the last service call.
		this.socketEmpty = count <= 0 || (count < most && !this.lookAgain);
	}

	private void decode(ByteBuffer bytes) {
		try {
			this.messageComplete = this.decoder.decode(bytes);
		}
		catch (MessageTooLongException ex) {
			this.failure = Outcome.OVERSIZE;
		}
		catch (IOException ex) {
			this.failure = Outcome.ERROR;
		}
		if (!this.messageStarted && (this.messageComplete || this.decoder.isInsideMessage())) {
			this.messageStarted = true;
			this.messageStartedAt = this.loop.now();
		}
	}

	private void endOfStream() {
		this.finReceived = true;
		try {
			this.messageComplete = this.decoder.endOfStream();
		}
		catch (MessageCutOffException ex) {
			this.failure = Outcome.CLOSED_BY_PEER;
		}
		catch (IOException ex) {
			this.failure = Outcome.ERROR;
		}
	}

	/** Take the complete message. */
	Payload take() {
		Payload message = this.decoder.take();
		this.messageComplete = false;
		this.messageStarted = false;
		this.messages++;
		return message;
	}

	/**
	 * End a turn: bytes of later turns are kept, since the buffer belongs to the loop.
	 */
	void endTurn() {
		ByteBuffer bytes = this.in;
		this.in = null;
		boolean wanted = this.failure == null && !(this.singleMessage && (this.messageComplete || this.messages > 0));
		if (bytes != null && bytes.hasRemaining() && wanted) {
			this.leftover = bytes.isDirect() ? ByteBuffer.allocate(bytes.remaining()).put(bytes).flip() : bytes;
		}
	}

	/** Drop everything: the connection ends. */
	void close() {
		this.leftover = null;
		this.memory.chunks().takeBack(this.decoder.take());
	}

	// Its parts and its data

	/** Return the error in the bytes, after {@link Result#BROKEN}. */
	@Nullable Outcome failure() {
		return this.failure;
	}

	/** Return how many bytes are wanted, after {@link Result#NEEDS_MEMORY}. */
	long missingMemory() {
		return this.missingMemory;
	}

	/** Return the bytes of memory held. */
	long held() {
		ByteBuffer kept = this.leftover;
		return this.decoder.held() + ((kept != null) ? kept.capacity() : 0);
	}

	/** Return how many messages were complete so far. Any thread. */
	long messages() {
		return this.messages;
	}

	/** Return whether the connection carries exactly one message. */
	boolean isSingleMessage() {
		return this.singleMessage;
	}

	/** Return whether the only message of the connection has been taken. */
	boolean isDone() {
		return this.singleMessage && this.messages > 0;
	}

	/**
	 * Return whether the only message of the connection may have been cut at its limit.
	 */
	boolean isTruncating() {
		return this.truncating;
	}

	boolean isFinReceived() {
		return this.finReceived;
	}

	/** Return whether bytes or a message are at hand that no event will tell of. */
	boolean hasWork() {
		return this.leftover != null || this.messageComplete;
	}

	/** Return whether the socket was empty at the last look, and nothing is begun. */
	boolean isBetweenMessages() {
		return this.socketEmpty && !this.decoder.isInsideMessage();
	}

	// Deadlines

	/** Return whether the peer is late by one of the deadlines. */
	boolean isOverdue(ConnectionTimeouts timeouts) {
		return isPast(this.lastReadAt, timeouts.idle()) || isMessageOverdue(timeouts);
	}

	/**
	 * Judge the deadlines, after a look at the bytes that have arrived.
	 * @return how the connection has to end, null if it goes on
	 * @throws WireException if the peer owes a layer its bytes
	 */
	@Nullable Outcome judge(ConnectionTimeouts timeouts) throws WireException {
		// What has come may be with another thread, and nothing is read in a handshake.
		if (this.socket.isOffloaded() || (!this.socketEmpty && this.socket.isEstablished())) {
			return null;
		}
		if (isMessageOverdue(timeouts)) {
			return Outcome.MESSAGE_TIMEOUT;
		}
		if (!isPast(this.lastReadAt, timeouts.idle())) {
			return null;
		}
		this.socket.expire();
		return Outcome.IDLE_TIMEOUT;
	}

	private boolean isMessageOverdue(ConnectionTimeouts timeouts) {
		return this.messageStarted && isPast(this.messageStartedAt, timeouts.message());
	}

	private boolean isPast(long start, Duration limit) {
		return this.loop.now() - start >= limit.toNanos() + this.decoder.patienceInNanos();
	}

	/** Begin to wait for the peer anew: it has taken every reply. */
	void restartIdle() {
		this.lastReadAt = this.loop.now();
	}

	/** Extend the deadlines by a wait that the server caused, not the peer. */
	void postpone(long nanos) {
		this.lastReadAt += nanos;
		this.messageStartedAt += nanos;
	}

	/** The result of {@link MessageReader#next}. */
	enum Result {

		/** A message can be taken. */
		MESSAGE,

		/** There is nothing to read, or the turn's share is used up. */
		NOTHING,

		/** The budget has no memory to read on. */
		NEEDS_MEMORY,

		/** The bytes cannot be a message. */
		BROKEN

	}

}
