package io.tcpecho.framing;

import java.io.IOException;
import java.nio.ByteBuffer;

import io.tcpecho.payload.ChunkPool;
import io.tcpecho.payload.Payload;
import io.tcpecho.payload.PayloadBuilder;
import org.jspecify.annotations.Nullable;

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
 * n bytes need at most the larger of n and {@link #growth()}. To {@link #take()} a
 * message needs nothing new.
 */
public abstract class FrameDecoder {

	/** The fewest bytes that must belong to the message to be read to their place. */
	private static final int SMALLEST_PLACE_IN_BYTES = 16 * 1024;

	private final int maxMessageSize;

	private final PayloadBuilder message;

	/**
	 * Create a decoder.
	 * @param maxMessageSize the most payload bytes of one message, at least 1
	 */
	protected FrameDecoder(int maxMessageSize) {
		this.maxMessageSize = maxMessageSize;
		this.message = new PayloadBuilder(maxMessageSize);
	}

	/** Let large messages take their memory from a pool. */
	public final void takeChunksFrom(ChunkPool pool) {
		this.message.takeChunksFrom(pool);
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
	public Payload take() {
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
		return this.message.growth();
	}

	/**
	 * Return the place in the memory of a large message for its next bytes, so that they
	 * are not copied when they are decoded. It takes as much memory as those bytes need
	 * in any case.
	 * @param count the most bytes that will be read, at least 1
	 * @return null if they may belong to the next message, or the message is small
	 */
	public final @Nullable ByteBuffer place(int count) {
		int ahead = readAhead();
		return (ahead >= SMALLEST_PLACE_IN_BYTES) ? this.message.place(Math.min(count, ahead)) : null;
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
		this.message.append(in, count);
	}

	/** Take back the byte appended last. */
	protected final void dropLast() {
		this.message.dropLast();
	}

}
