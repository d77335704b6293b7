package io.tcpecho.framing;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;

import org.junit.jupiter.api.Test;

import org.springframework.integration.ip.tcp.serializer.SoftEndOfStreamException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The rule of framing {@code stream}: bytes are passed on as they come.
 */
class StreamDeserializerTests {

	private final StreamDeserializer deserializer = new StreamDeserializer();

	@Test
	void whenPiecesAreRandomTheirBytesTogetherAreTheSame() throws IOException {
		for (int seed = 0; seed < 200; seed++) {
			Random random = new Random(seed);
			FrameDecoder decoder = this.deserializer.newDecoder();
			ByteArrayOutputStream sent = new ByteArrayOutputStream();
			ByteArrayOutputStream passedOn = new ByteArrayOutputStream();
			for (int i = 0; i < 20; i++) {
				byte[] piece = new byte[1 + random.nextInt((i == 0) ? 200_000 : 1000)];
				random.nextBytes(piece);
				sent.writeBytes(piece);
				ByteBuffer in = ByteBuffer.wrap(piece);
				while (in.hasRemaining()) {
					assertThat(decoder.decode(in)).as("complete, seed %d", seed).isTrue();
					passedOn.writeBytes(decoder.take().toByteArray());
					assertThat(decoder.isInsideMessage()).as("inside a message, seed %d", seed).isFalse();
				}
			}
			assertThat(decoder.endOfStream()).as("a message at FIN, seed %d", seed).isFalse();
			assertThat(passedOn.toByteArray()).as("seed %d", seed).isEqualTo(sent.toByteArray());
		}
	}

	@Test
	void whenNothingComesNothingIsPassedOn() throws IOException {
		FrameDecoder decoder = this.deserializer.newDecoder();
		assertThat(decoder.decode(ByteBuffer.allocate(0))).isFalse();
		assertThat(decoder.endOfStream()).isFalse();
	}

	@Test
	void whenAStreamIsDeserializedWhatIsThereComesAtOnce() throws IOException {
		byte[] bytes = new byte[100];
		new Random(1).nextBytes(bytes);
		ByteArrayInputStream stream = new ByteArrayInputStream(bytes);
		assertThat(this.deserializer.deserialize(stream)).isEqualTo(bytes);
		assertThatExceptionOfType(SoftEndOfStreamException.class)
			.isThrownBy(() -> this.deserializer.deserialize(stream));
	}

	@Test
	void aConnectionStaysOpen() {
		assertThat(this.deserializer.isSingleMessage()).isFalse();
	}

}
