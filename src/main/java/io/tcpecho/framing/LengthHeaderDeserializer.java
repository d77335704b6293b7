package io.tcpecho.framing;

import java.io.IOException;
import java.nio.ByteBuffer;

import io.tcpecho.payload.Payload;

/**
 * Reads messages with their length before them: an unsigned number of one, two or four
 * bytes in network order, which does not count itself. A length over the limit is refused
 * before any of the body is read; a length of 0 is an empty message. The same bytes as
 * Spring Integration's {@code ByteArrayLengthHeaderSerializer}.
 */
public class LengthHeaderDeserializer extends FrameDeserializer {

	private final int headerSize;

	/**
	 * Create a deserializer.
	 * @param headerSize the bytes of the length: 1, 2 or 4
	 * @param maxMessageSize the most bytes after the length, at least 1
	 */
	public LengthHeaderDeserializer(int headerSize, int maxMessageSize) {
		super(maxMessageSize);
		if (headerSize != 1 && headerSize != 2 && headerSize != 4) {
			throw new IllegalArgumentException("headerSize is " + headerSize + ", and must be 1, 2 or 4");
		}
		this.headerSize = headerSize;
	}

	@Override
	public FrameDecoder newDecoder() {
		return new Decoder(this.headerSize, getMaxMessageSize());
	}

	private static final class Decoder extends FrameDecoder {

		private final int headerSize;

		private int headerBytes;

		private long length;

		Decoder(int headerSize, int maxMessageSize) {
			super(maxMessageSize);
			this.headerSize = headerSize;
		}

		@Override
		public boolean decode(ByteBuffer in) throws IOException {
			while (this.headerBytes < this.headerSize) {
				if (!in.hasRemaining()) {
					return false;
				}
				this.length = this.length << 8 | in.get() & 0xFF;
				this.headerBytes++;
			}
			if (this.length > maxMessageSize()) {
				throw new MessageTooLongException(maxMessageSize());
			}
			append(in, Math.min(in.remaining(), missing()));
			return missing() == 0;
		}

		@Override
		public Payload take() {
			this.headerBytes = 0;
			this.length = 0;
			return super.take();
		}

		@Override
		public boolean isInsideMessage() {
			return this.headerBytes > 0;
		}

		@Override
		protected int readAhead() {
			return (this.headerBytes < this.headerSize) ? this.headerSize - this.headerBytes : missing();
		}

		private int missing() {
			return (int) this.length - size();
		}

	}

}
