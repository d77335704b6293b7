package io.tcpecho.framing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Random;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The property of every framing: what its serializer writes, its deserializer reads,
 * however the stream is cut.
 */
class FramingTests {

	private static final int MESSAGES = 20_000;

	/** Messages that one connection carries, where it can carry several. */
	private static final int MESSAGES_IN_A_STREAM = 50;

	private static final int MAX_MESSAGE_SIZE = 64 * 1024;

	private static final int FIXED_LENGTH = 1000;

	@ParameterizedTest
	@EnumSource(mode = Mode.EXCLUDE, names = "STREAM")
	void whenAStreamIsCutAtRandomItsMessagesComeOutIdentical(Framing framing) throws IOException {
		FrameDeserializer deserializer = framing
			.deserializer((framing == Framing.FIXED) ? FIXED_LENGTH : MAX_MESSAGE_SIZE);
		int batch = deserializer.isSingleMessage() ? 1 : MESSAGES_IN_A_STREAM;
		for (int seed = 0; seed < MESSAGES / batch; seed++) {
			exchange(framing, deserializer.newDecoder(), batch, seed);
		}
	}

	private static void exchange(Framing framing, FrameDecoder decoder, int batch, int seed) throws IOException {
		Random random = new Random(seed);
		Queue<byte[]> expected = new ArrayDeque<>();
		ByteArrayOutputStream stream = new ByteArrayOutputStream();
		for (int i = 0; i < batch; i++) {
			byte[] message = randomMessage(random, framing);
			expected.add(message);
			framing.serializer().serialize(message, stream);
		}
		byte[] bytes = stream.toByteArray();
		int mostAtOnce = 1 + random.nextInt(bytes.length);
		for (int position = 0; position < bytes.length;) {
			int count = Math.min(1 + random.nextInt(mostAtOnce), bytes.length - position);
			ByteBuffer in = ByteBuffer.wrap(bytes, position, count);
			while (in.hasRemaining()) {
				if (decoder.decode(in)) {
					assertThat(decoder.take().toByteArray()).as("seed %d", seed).isEqualTo(expected.poll());
				}
			}
			position += count;
		}
		if (decoder.endOfStream()) {
			assertThat(decoder.take().toByteArray()).as("seed %d", seed).isEqualTo(expected.poll());
		}
		assertThat(expected).as("messages that did not come out, seed %d", seed).isEmpty();
	}

	private static byte[] randomMessage(Random random, Framing framing) {
		byte[] message = new byte[randomSize(random, framing)];
		random.nextBytes(message);
		if (framing == Framing.LINE || framing == Framing.CRLF) {
			for (int i = 0; i < message.length; i++) {
				message[i] = (message[i] == '\n') ? (byte) '\r' : message[i];
			}
		}
		return message;
	}

	private static int randomSize(Random random, Framing framing) {
		int most = switch (random.nextInt(100)) {
			case 0 -> MAX_MESSAGE_SIZE;
			case 1, 2, 3, 4, 5 -> 4096;
			default -> 200;
		};
		return switch (framing) {
			case FIXED -> FIXED_LENGTH;
			case LENGTH_1 -> random.nextInt(256);
			case LENGTH_2 -> random.nextInt(Math.min(most, 65_535) + 1);
			case EOF -> 1 + random.nextInt(most);
			default -> random.nextInt(most + 1);
		};
	}

}
