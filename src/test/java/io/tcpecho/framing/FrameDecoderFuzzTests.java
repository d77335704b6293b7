package io.tcpecho.framing;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import com.code_intelligence.jazzer.junit.FuzzTest;

import org.springframework.integration.ip.tcp.serializer.SoftEndOfStreamException;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Any bytes, cut anywhere, for the decoder of every framing: they must give the same
 * messages and the same end as a model that has the whole stream, and hold no more memory
 * than promised.
 *
 * <p>
 * An input is {@value #HEADER_SIZE} bytes (the framing, the limit in two bytes, the
 * lengths of four stretches in turn) and the stream. It is replayed in every build; the
 * profile {@code fuzz} looks for further ones.
 */
class FrameDecoderFuzzTests {

	private static final int HEADER_SIZE = 7;

	private static final int STRETCHES = 4;

	private static final int LARGEST_LIMIT = 4096;

	@FuzzTest
	void whateverArrivesIsDecodedAsTheModelDoes(byte[] input) throws IOException {
		if (input.length < HEADER_SIZE) {
			return;
		}
		Format format = Format.values()[(input[0] & 0xFF) % Format.values().length];
		int limit = 1 + ((input[1] & 0xFF) << 8 | input[2] & 0xFF) % LARGEST_LIMIT;
		byte[] stretches = new byte[STRETCHES];
		byte[] stream = new byte[input.length - HEADER_SIZE];
		ByteBuffer.wrap(input, HEADER_SIZE - STRETCHES, input.length - HEADER_SIZE + STRETCHES)
			.get(stretches)
			.get(stream);
		FrameDeserializer deserializer = format.deserializer(limit);
		Decoded expected = format.decode(new String(stream, StandardCharsets.ISO_8859_1),
				deserializer.getMaxMessageSize());
		assertThat(format.merged(decodeInStretches(deserializer, stream, stretches)))
			.as("%s, limit %d, decoded in stretches", format, limit)
			.isEqualTo(expected);
		assertThat(format.merged(deserialize(deserializer, new Drip(stream, stretches))))
			.as("%s, limit %d, deserialized", format, limit)
			.isEqualTo(expected);
	}

	/** Do what an event loop does, which reads no more at a time than there is room. */
	private static Decoded decodeInStretches(FrameDeserializer deserializer, byte[] stream, byte[] stretches)
			throws IOException {
		FrameDecoder decoder = deserializer.newDecoder();
		List<String> messages = new ArrayList<>();
		try {
			for (int position = 0, turn = 0; position < stream.length; turn++) {
				int stretch = Math.max(1, stretches[turn % STRETCHES] & 0xFF);
				int most = (decoder.room() > 0) ? Math.min(stretch, decoder.room()) : stretch;
				int count = Math.min(most, stream.length - position);
				ByteBuffer in = ByteBuffer.wrap(stream, position, count);
				position += count;
				while (in.hasRemaining()) {
					if (decode(decoder, in, deserializer.getMaxMessageSize())) {
						messages.add(take(decoder));
						if (deserializer.isSingleMessage()) {
							return new Decoded(messages, End.BETWEEN_MESSAGES);
						}
					}
				}
			}
			if (decoder.endOfStream()) {
				messages.add(take(decoder));
			}
			return new Decoded(messages, End.BETWEEN_MESSAGES);
		}
		catch (MessageTooLongException ex) {
			return new Decoded(messages, End.TOO_LONG);
		}
		catch (MessageCutOffException ex) {
			return new Decoded(messages, End.CUT_OFF);
		}
	}

	private static boolean decode(FrameDecoder decoder, ByteBuffer in, int limit) throws IOException {
		int count = in.remaining();
		int promised = (decoder.room() > 0) ? 0 : Math.max(count, decoder.growth());
		int heldBefore = decoder.held();
		boolean complete;
		try {
			complete = decoder.decode(in);
		}
		finally {
			assertThat(decoder.held() - heldBefore).as("growth of the memory held").isBetween(0, promised);
			assertThat(decoder.held()).as("memory held").isBetween(decoder.size(), limit);
		}
		assertThat(in.remaining()).as("bytes left over").isBetween(0, complete ? count - 1 : 0);
		return complete;
	}

	private static String take(FrameDecoder decoder) {
		String message = new String(decoder.take().toByteArray(), StandardCharsets.ISO_8859_1);
		assertThat(decoder.held()).as("memory held by nothing").isZero();
		assertThat(decoder.isInsideMessage()).as("inside the next message").isFalse();
		return message;
	}

	private static Decoded deserialize(FrameDeserializer deserializer, InputStream stream) throws IOException {
		List<String> messages = new ArrayList<>();
		try {
			do {
				messages.add(new String(deserializer.deserialize(stream), StandardCharsets.ISO_8859_1));
			}
			while (!deserializer.isSingleMessage());
			return new Decoded(messages, End.BETWEEN_MESSAGES);
		}
		catch (SoftEndOfStreamException ex) {
			return new Decoded(messages, End.BETWEEN_MESSAGES);
		}
		catch (MessageTooLongException ex) {
			return new Decoded(messages, End.TOO_LONG);
		}
		catch (MessageCutOffException ex) {
			return new Decoded(messages, End.CUT_OFF);
		}
	}

	/**
	 * What becomes of a stream.
	 *
	 * @param messages the complete messages, a character for each byte
	 * @param end what comes after them
	 */
	private record Decoded(List<String> messages, End end) {

	}

	private enum End {

		BETWEEN_MESSAGES, CUT_OFF, TOO_LONG

	}

	/**
	 * The framings, and the model of each: what their page of the protocol says, of a
	 * stream that is there as a whole.
	 */
	private enum Format {

		EOF, EOF_TRUNCATING, LINE, CRLF, LENGTH_1, LENGTH_2, LENGTH_4, FIXED, STREAM;

		FrameDeserializer deserializer(int limit) {
			return (this == EOF_TRUNCATING) ? new EofTerminatedDeserializer(limit, true)
					: Framing.valueOf(name()).deserializer(limit);
		}

		/** Join the pieces of a stream that has no messages. */
		Decoded merged(Decoded decoded) {
			return (this == STREAM && !decoded.messages().isEmpty())
					? new Decoded(List.of(String.join("", decoded.messages())), decoded.end()) : decoded;
		}

		Decoded decode(String stream, int limit) {
			return switch (this) {
				case EOF -> (stream.length() > limit) ? new Decoded(List.of(), End.TOO_LONG) : whole(stream);
				case EOF_TRUNCATING -> whole(stream.substring(0, Math.min(limit, stream.length())));
				case LINE -> delimited(stream, "\n", limit);
				case CRLF -> delimited(stream, "\r\n", limit);
				case LENGTH_1 -> prefixed(stream, 1, limit);
				case LENGTH_2 -> prefixed(stream, 2, limit);
				case LENGTH_4 -> prefixed(stream, 4, limit);
				case FIXED -> fixed(stream, limit);
				case STREAM -> whole(stream);
			};
		}

		private static Decoded whole(String stream) {
			return new Decoded(stream.isEmpty() ? List.of() : List.of(stream), End.BETWEEN_MESSAGES);
		}

		private static Decoded delimited(String stream, String delimiter, int limit) {
			List<String> messages = new ArrayList<>();
			String rest = stream;
			while (rest.contains(delimiter) && rest.indexOf(delimiter) <= limit) {
				messages.add(rest.substring(0, rest.indexOf(delimiter)));
				rest = rest.substring(rest.indexOf(delimiter) + delimiter.length());
			}
			// A carriage return at the end may be half of a delimiter.
			String payload = (delimiter.length() == 2 && rest.endsWith("\r")) ? rest.substring(0, rest.length() - 1)
					: rest;
			return new Decoded(messages, end(payload.length() > limit, !rest.isEmpty()));
		}

		private static Decoded prefixed(String stream, int headerSize, int limit) {
			List<String> messages = new ArrayList<>();
			String rest = stream;
			while (rest.length() >= headerSize) {
				long length = 0;
				for (char digit : rest.substring(0, headerSize).toCharArray()) {
					length = length * 256 + digit;
				}
				if (length > limit || rest.length() < headerSize + length) {
					return new Decoded(messages, end(length > limit, true));
				}
				messages.add(rest.substring(headerSize, headerSize + (int) length));
				rest = rest.substring(headerSize + (int) length);
			}
			return new Decoded(messages, end(false, !rest.isEmpty()));
		}

		private static Decoded fixed(String stream, int length) {
			List<String> messages = new ArrayList<>();
			String rest = stream;
			while (rest.length() >= length) {
				messages.add(rest.substring(0, length));
				rest = rest.substring(length);
			}
			return new Decoded(messages, end(false, !rest.isEmpty()));
		}

		private static End end(boolean tooLong, boolean insideMessage) {
			return tooLong ? End.TOO_LONG : insideMessage ? End.CUT_OFF : End.BETWEEN_MESSAGES;
		}

	}

	/** Brings a stream in stretches, whatever a reader asks for. */
	private static final class Drip extends ByteArrayInputStream {

		private final byte[] stretches;

		private int turn;

		Drip(byte[] stream, byte[] stretches) {
			super(stream);
			this.stretches = stretches;
		}

		@Override
		public synchronized int read(byte[] block, int offset, int length) {
			int stretch = Math.max(1, this.stretches[this.turn++ % STRETCHES] & 0xFF);
			return super.read(block, offset, Math.min(length, stretch));
		}

	}

}
