package io.tcpecho.framing;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

import org.springframework.core.serializer.Deserializer;
import org.springframework.integration.ip.tcp.serializer.SoftEndOfStreamException;

/**
 * Cuts messages of at most a given length out of a byte stream, for an event loop through
 * {@link #newDecoder()} and for any stock connection factory through
 * {@link #deserialize(InputStream)}; both follow the same decoder. Immutable and
 * thread-safe.
 */
public abstract class FrameDeserializer implements Deserializer<byte[]> {

	private static final int BLOCK_SIZE_IN_BYTES = 8 * 1024;

	private final int maxMessageSize;

	/**
	 * Create a deserializer.
	 * @param maxMessageSize the most payload bytes of one message, at least 1
	 */
	protected FrameDeserializer(int maxMessageSize) {
		if (maxMessageSize < 1) {
			throw new IllegalArgumentException("maxMessageSize is " + maxMessageSize + ", and must be at least 1");
		}
		this.maxMessageSize = maxMessageSize;
	}

	/** Return the most payload bytes of one message. */
	public final int getMaxMessageSize() {
		return this.maxMessageSize;
	}

	/** Return a decoder for one new connection. */
	public abstract FrameDecoder newDecoder();

	/**
	 * Return whether a connection carries exactly one message. Otherwise it stays open
	 * for further ones.
	 */
	public boolean isSingleMessage() {
		return false;
	}

	/**
	 * Return whether the only message of a connection is complete before a byte of it has
	 * come, so that the connection is answered as soon as it is established.
	 */
	public boolean isCompleteAtOnce() {
		return false;
	}

	/** Return whether a longer message is cut at the maximum length. */
	public boolean isTruncating() {
		return false;
	}

	/**
	 * Read one message. It is read in blocks where no byte of the next message can be
	 * among them, and byte by byte otherwise.
	 * @throws SoftEndOfStreamException if the stream ends before the first byte
	 * @throws MessageTooLongException as soon as the message has one byte too many
	 * @throws MessageCutOffException if the stream ends inside the message
	 */
	@Override
	public final byte[] deserialize(InputStream inputStream) throws IOException {
		FrameDecoder decoder = newDecoder();
		byte[] block = new byte[Math.min(BLOCK_SIZE_IN_BYTES, Math.max(this.maxMessageSize, 16))];
		boolean complete;
		do {
			int count = inputStream.read(block, 0, Math.min(block.length, decoder.readAhead()));
			if (count < 0) {
				if (!decoder.endOfStream()) {
					throw new SoftEndOfStreamException("The stream ended before a message began");
				}
				complete = true;
			}
			else {
				complete = decoder.decode(ByteBuffer.wrap(block, 0, count));
			}
		}
		while (!complete);
		return decoder.take().toByteArray();
	}

}
