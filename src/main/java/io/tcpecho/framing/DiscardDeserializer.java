package io.tcpecho.framing;

import java.nio.ByteBuffer;

/**
 * Reads a stream and keeps none of it, as the Discard Protocol of RFC 863 has it. There
 * is no message and no limit, and the peer's FIN always comes between messages.
 */
public class DiscardDeserializer extends FrameDeserializer {

	/** The most bytes that one read brings. */
	private static final int PIECE_SIZE_IN_BYTES = 64 * 1024;

	/** Create a deserializer. */
	public DiscardDeserializer() {
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
		public boolean decode(ByteBuffer in) {
			in.position(in.limit());
			return false;
		}

		@Override
		protected int readAhead() {
			return PIECE_SIZE_IN_BYTES;
		}

	}

}
