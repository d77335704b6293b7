package io.tcpecho.framing;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;

import org.junit.jupiter.api.Test;

import org.springframework.integration.ip.tcp.serializer.SoftEndOfStreamException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The rule of service {@code discard}: bytes are taken and not kept.
 */
class DiscardDeserializerTests {

	private final DiscardDeserializer deserializer = new DiscardDeserializer();

	@Test
	void whenBytesComeTheyAreTakenAndNotKept() throws IOException {
		FrameDecoder decoder = this.deserializer.newDecoder();
		for (int size : new int[] { 0, 1, 64 * 1024, 1 << 20 }) {
			ByteBuffer in = ByteBuffer.allocate(size);
			assertThat(decoder.decode(in)).isFalse();
			assertThat(in.hasRemaining()).isFalse();
			assertThat(decoder.isInsideMessage()).isFalse();
			assertThat(decoder.held()).isZero();
		}
		assertThat(decoder.endOfStream()).isFalse();
	}

	@Test
	void whenAStreamIsDeserializedItEndsWithoutAMessage() {
		assertThatExceptionOfType(SoftEndOfStreamException.class)
			.isThrownBy(() -> this.deserializer.deserialize(new ByteArrayInputStream(new byte[200_000])));
	}

}
