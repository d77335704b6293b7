package io.tcpecho.framing;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Reads a stream without messages, as the Echo Protocol of RFC 862 has it: whatever a
 * read brings is passed on. It has no limit and is never inside a message.
 */
public class StreamDeserializer extends FrameDeserializer {

	/** The most bytes that are passed on at once. */
	private static final int PIECE_SIZE_IN_BYTES = 64 * 1024;

	/** Create a deserializer. */
	public StreamDeserializer() {
		super(PIECE_SIZE_IN_BYTES);
	}

	@Override
	public FrameDecoder newDecoder() {
		return new Decoder();
	}

	private static final class Decoder extends FrameDecoder {

		Decoder() {
			super(PIECE_SIZE_IN_BYTES);
		}

		@Override
		public boolean decode(ByteBuffer in) throws IOException {
			append(in, Math.min(in.remaining(), PIECE_SIZE_IN_BYTES));
			return size() > 0;
		}

		@Override
		protected int readAhead() {
			return PIECE_SIZE_IN_BYTES;
		}

	}

}
