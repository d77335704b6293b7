package io.tcpecho.framing;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Finds the end of each message in a byte stream that arrives in pieces, and keeps the
 * bytes of the unfinished one. One for each connection; not thread-safe.
 *
 * <p>
 * The order of calls: {@link #decode} until it returns {@code true}, then {@link #take},
 * and so on; {@link #endOfStream} once, when the peer has half-closed. After an exception
 * the decoder is of no further use.
 *
 * <p>
 * Memory: a decoder allocates only as its bytes arrive, never a message's limit in
 * advance, and tells beforehand how much, so that a server can ask its memory budget
 * first. While there is {@link #room()}, that many bytes need nothing new; without room,
 * n bytes need at most the larger of n and {@link #growth()}; {@link #take()} needs
 * {@link #copySize()} bytes beside those held.
 */
public abstract class FrameDecoder {

	private final int maxMessageSize;

	private final MessageBuffer message = new MessageBuffer();

	/**
	 * Create a decoder.
	 * @param maxMessageSize the most payload bytes of one message, at least 1
	 */
	protected FrameDecoder(int maxMessageSize) {
		this.maxMessageSize = maxMessageSize;
	}

	/**
	 * Consume the bytes that belong to the current message, and none after it.
	 * @param in what arrived; its position afterwards is behind the last byte consumed
	 * @return whether the message is complete
	 * @throws MessageTooLongException as soon as the message has one byte too many
	 * @throws IOException if the bytes cannot be a message
	 */
	public abstract boolean decode(ByteBuffer in) throws IOException;

	/**
	 * Accept the end of the stream: the peer's FIN.
	 * @return {@code true} if it completes a message, to be fetched with {@link #take()},
	 * {@code false} if it came between messages
	 * @throws MessageCutOffException if the stream ended inside a message
	 */
	public boolean endOfStream() throws IOException {
		if (isInsideMessage()) {
			throw new MessageCutOffException(size());
		}
		return false;
	}

	/**
	 * Return whether part of a message has arrived.
	 */
	public boolean isInsideMessage() {
		return !this.message.isEmpty();
	}

	/**
	 * Return the nanoseconds by which the peer may take longer than the connection's
	 * deadlines say, at least 0.
	 */
	public long patienceInNanos() {
		return 0;
	}

	/**
	 * Return the payload of the complete message and begin the next one.
	 */
	public byte[] take() {
		return this.message.take();
	}

	/**
	 * Return how many of the next bytes belong to the current message whatever they are,
	 * at least 1: what may be read from a blocking stream without taking the beginning of
	 * the next message.
	 */
	protected int readAhead() {
		return 1;
	}

	/** Return the payload bytes of the unfinished message that have arrived. */
	public final int size() {
		return this.message.size();
	}

	/** Return the bytes of memory that the unfinished message holds. */
	public final int held() {
		return this.message.held();
	}

	/** Return how many more payload bytes fit into the memory already held. */
	public final int room() {
		return this.message.room();
	}

	/**
	 * Return the bytes of memory by which the next byte would make the message grow, 0
	 * when the message has reached its limit.
	 */
	public final int growth() {
		return this.message.growth(this.maxMessageSize);
	}

	/** Return the bytes of memory that {@link #take()} allocates beyond those held. */
	public final int copySize() {
		return this.message.copySize();
	}

	/** Return the most payload bytes of one message. */
	protected final int maxMessageSize() {
		return this.maxMessageSize;
	}

	/**
	 * Add the next bytes to the message.
	 * @param in the source, consumed by {@code count} bytes
	 * @param count how many
	 * @throws MessageTooLongException if they are more than the message may still have;
	 * nothing is consumed then
	 */
	protected final void append(ByteBuffer in, int count) throws MessageTooLongException {
		if (count > this.maxMessageSize - this.message.size()) {
			throw new MessageTooLongException(this.maxMessageSize);
		}
		this.message.append(in, count, this.maxMessageSize);
	}

	/** Take back the byte appended last. */
	protected final void dropLast() {
		this.message.dropLast();
	}

}
