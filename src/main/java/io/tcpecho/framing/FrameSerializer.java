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

	/** The payload as it is; the FIN after it is its end. */
	public static final FrameSerializer UNFRAMED = new FrameSerializer() {
	};

	/** The payload and a line feed (0x0A). */
	public static final FrameSerializer LINE_FEED = new FrameSerializer() {

		private final byte[] lineFeed = { '\n' };

		@Override
		public byte[] trailer() {
			return this.lineFeed;
		}

	};

	/**
	 * Return the bytes before a payload, empty for none. The caller must not change them.
	 * @param payloadLength the length of the payload in bytes
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

}
