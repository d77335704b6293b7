package io.tcpecho.framing;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Reads messages that a carriage return and a line feed (0x0D 0x0A) end, up to a maximum
 * length, which does not count these two. A carriage return or a line feed alone is data;
 * an empty line is an empty message. The same bytes as Spring Integration's
 * {@code ByteArrayCrLfSerializer}.
 */
public class CarriageReturnLineFeedDeserializer extends FrameDeserializer {

	/**
	 * Create a deserializer.
	 * @param maxMessageSize the most bytes before the line end, at least 1
	 */
	public CarriageReturnLineFeedDeserializer(int maxMessageSize) {
		super(maxMessageSize);
	}

	@Override
	public FrameDecoder newDecoder() {
		return new Decoder(getMaxMessageSize());
	}

	private static final class Decoder extends FrameDecoder {

		/** Whether the last byte was a carriage return, which may be the line end's. */
		private boolean carriageReturn;

		/** Whether it is kept as part of the message: not if that has its limit. */
		private boolean kept;

		Decoder(int maxMessageSize) {
			super(maxMessageSize);
		}

		@Override
		public boolean decode(ByteBuffer in) throws IOException {
			if (!in.hasRemaining()) {
				return false;
			}
			if (this.carriageReturn) {
				this.carriageReturn = false;
				if (in.get(in.position()) == '\n') {
					in.get();
					if (this.kept) {
						dropLast();
					}
					return true;
				}
				if (!this.kept) {
					throw new MessageTooLongException(maxMessageSize());
				}
			}
			int start = in.position();
			int end = in.limit();
			for (int i = start + 1; i < end; i++) {
				if (in.get(i) == '\n' && in.get(i - 1) == '\r') {
					append(in, i - 1 - start);
					in.position(i + 1);
					return true;
				}
			}
			this.carriageReturn = in.get(end - 1) == '\r';
			this.kept = end - start <= maxMessageSize() - size();
			append(in, end - start - ((this.carriageReturn && !this.kept) ? 1 : 0));
			in.position(end);
			return false;
		}

		@Override
		public boolean isInsideMessage() {
			return this.carriageReturn || super.isInsideMessage();
		}

	}

}
