package io.tcpecho.framing;

import java.nio.ByteBuffer;

/**
 * Reads nothing: the only message of a connection is empty, and it is complete as soon as
 * the connection is established, as in the Daytime Protocol of RFC 867. What the peer
 * sends is dropped.
 */
public class AtOnceDeserializer extends FrameDeserializer {

	/** Create a deserializer. */
	public AtOnceDeserializer() {
		super(1);
	}

	@Override
	public boolean isSingleMessage() {
		return true;
	}

	@Override
	public boolean isCompleteAtOnce() {
		return true;
	}

	@Override
	public FrameDecoder newDecoder() {
		return new Decoder();
	}

	private static final class Decoder extends FrameDecoder {

		Decoder() {
			super(1);
		}

		@Override
		public boolean decode(ByteBuffer in) {
			in.position(in.limit());
			return true;
		}

		@Override
		public boolean endOfStream() {
			return true;
		}

	}

}
