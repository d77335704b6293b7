package io.tcpecho.framing;

import java.io.IOException;
import java.io.OutputStream;

import org.springframework.core.serializer.Serializer;

/**
 * Writes a payload as one frame: a header, the payload itself, a trailer. Immutable and
 * thread-safe.
 *
 * <p>
 * The event loop never asks for the whole frame as one array: it sends the three parts
 * one after the other, so that a large payload is not copied.
 */
public abstract class FrameSerializer implements Serializer<byte[]> {

	private static final byte[] NOTHING = {};

	/** The payload as it is. */
	public static final FrameSerializer UNFRAMED = new FrameSerializer() {
	};

	/** The payload and a line feed (0x0A). */
	public static final FrameSerializer LINE_FEED = new TrailerSerializer((byte) '\n');

	/** The payload, a carriage return and a line feed (0x0D 0x0A). */
	public static final FrameSerializer CARRIAGE_RETURN_LINE_FEED = new TrailerSerializer((byte) '\r', (byte) '\n');

	/**
	 * Return a serializer that writes the length before the payload, in network order.
	 * @param headerSize the bytes of the length
	 */
	public static FrameSerializer lengthHeader(int headerSize) {
		return new LengthHeaderSerializer(headerSize);
	}

	/**
	 * Return the bytes before a payload, empty for none. The caller must not change them.
	 * @param payloadLength the length of the payload in bytes
	 * @throws IllegalArgumentException if the framing has no payload of that length
	 */
	public byte[] header(int payloadLength) {
		return NOTHING;
	}

	/**
	 * Return the bytes after each payload, empty for none. The caller must not change
	 * them.
	 */
	public byte[] trailer() {
		return NOTHING;
	}

	@Override
	public final void serialize(byte[] payload, OutputStream outputStream) throws IOException {
		outputStream.write(header(payload.length));
		outputStream.write(payload);
		outputStream.write(trailer());
	}

	private static final class TrailerSerializer extends FrameSerializer {

		private final byte[] trailer;

		TrailerSerializer(byte... trailer) {
			this.trailer = trailer;
		}

		@Override
		public byte[] trailer() {
			return this.trailer;
		}

	}

	private static final class LengthHeaderSerializer extends FrameSerializer {

		private final int headerSize;

		LengthHeaderSerializer(int headerSize) {
			this.headerSize = headerSize;
		}

		@Override
		public byte[] header(int payloadLength) {
			if (this.headerSize < 4 && payloadLength >>> 8 * this.headerSize != 0) {
				throw new IllegalArgumentException("A payload of " + payloadLength + " bytes does not fit a length of "
						+ this.headerSize + " bytes");
			}
			byte[] header = new byte[this.headerSize];
			for (int i = 0; i < this.headerSize; i++) {
				header[i] = (byte) (payloadLength >>> 8 * (this.headerSize - 1 - i));
			}
			return header;
		}

	}

}
