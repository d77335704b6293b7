package io.tcpecho.framing;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Reads the one message of a connection, which ends where the peer half-closes, up to a
 * maximum length.
 *
 * <p>
 * A message of exactly the maximum length is complete; with one byte more it is too long,
 * whether or not the end of the stream follows. Told to truncate, it ends the message
 * itself at the maximum length instead, without waiting for the end of the stream.
 */
public class EofTerminatedDeserializer extends FrameDeserializer {

	private final boolean truncating;

	/**
	 * Create a deserializer that refuses a message with one byte too many.
	 * @param maxMessageSize the most bytes of the message, at least 1
	 */
	public EofTerminatedDeserializer(int maxMessageSize) {
		this(maxMessageSize, false);
	}

	/**
	 * Create a deserializer.
	 * @param maxMessageSize the most bytes of the message, at least 1
	 * @param truncating whether the message ends as soon as it has that many bytes
	 */
	public EofTerminatedDeserializer(int maxMessageSize, boolean truncating) {
		super(maxMessageSize);
		this.truncating = truncating;
	}

	@Override
	public boolean isSingleMessage() {
		return true;
	}

	@Override
	public boolean isTruncating() {
		return this.truncating;
	}

	@Override
	public FrameDecoder newDecoder() {
		return this.truncating ? new TruncatingDecoder(getMaxMessageSize()) : new Decoder(getMaxMessageSize());
	}

	private static class Decoder extends FrameDecoder {

		Decoder(int maxMessageSize) {
			super(maxMessageSize);
		}

		@Override
		public boolean decode(ByteBuffer in) throws IOException {
			append(in, in.remaining());
			return false;
		}

		@Override
		public final boolean endOfStream() {
			return isInsideMessage();
		}

		@Override
		protected final int readAhead() {
			return Integer.MAX_VALUE;
		}

	}

	private static final class TruncatingDecoder extends Decoder {

		TruncatingDecoder(int maxMessageSize) {
			super(maxMessageSize);
		}

		@Override
		public boolean decode(ByteBuffer in) throws IOException {
			append(in, Math.min(in.remaining(), maxMessageSize() - size()));
			return size() == maxMessageSize();
		}

	}

}
