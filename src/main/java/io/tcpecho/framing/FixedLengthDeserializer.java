package io.tcpecho.framing;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Reads messages that all have the same length.
 */
public class FixedLengthDeserializer extends FrameDeserializer {

	/**
	 * Create a deserializer.
	 * @param length the bytes of each message, at least 1
	 */
	public FixedLengthDeserializer(int length) {
		super(length);
	}

	@Override
	public FrameDecoder newDecoder() {
		return new Decoder(getMaxMessageSize());
	}

	private static final class Decoder extends FrameDecoder {

		Decoder(int length) {
			super(length);
		}

		@Override
		public boolean decode(ByteBuffer in) throws IOException {
			append(in, Math.min(in.remaining(), readAhead()));
			return readAhead() == 0;
		}

		@Override
		protected int readAhead() {
			return maxMessageSize() - size();
		}

	}

}
