package io.tcpecho.framing;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Reads messages that a line feed (0x0A) ends, up to a maximum length, which does not
 * count the line feed. Every other byte is data, carriage return included; an empty line
 * is an empty message. The same bytes as Spring Integration's
 * {@code ByteArrayLfSerializer}.
 */
public class LineFeedDeserializer extends FrameDeserializer {

	/**
	 * Create a deserializer.
	 * @param maxMessageSize the most bytes before the line feed, at least 1
	 */
	public LineFeedDeserializer(int maxMessageSize) {
		super(maxMessageSize);
	}

	@Override
	public FrameDecoder newDecoder() {
		return new Decoder(getMaxMessageSize());
	}

	private static final class Decoder extends FrameDecoder {

		Decoder(int maxMessageSize) {
			super(maxMessageSize);
		}

		@Override
		public boolean decode(ByteBuffer in) throws IOException {
			int start = in.position();
			int end = in.limit();
			for (int i = start; i < end; i++) {
				if (in.get(i) == '\n') {
					append(in, i - start);
					in.position(i + 1);
					return true;
				}
			}
			append(in, end - start);
			return false;
		}

	}

}
