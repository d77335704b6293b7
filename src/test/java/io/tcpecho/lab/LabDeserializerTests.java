package io.tcpecho.lab;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

import io.tcpecho.framing.FrameDecoder;
import io.tcpecho.framing.MessageTooLongException;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * The memory that the first line and the message of a lab take.
 */
class LabDeserializerTests {

	private final FrameDecoder decoder = new LabDeserializer(new LabLimits(Duration.ofHours(1), 1_000, 10))
		.newDecoder();

	@Test
	void whenTheMessageComesInPiecesItIsHandedOnWithTheLine() throws IOException {
		assertThat(decode("LAB size=6\n")).isFalse();
		assertThat(decode("abcdef")).isTrue();
		assertThat(new String(this.decoder.take().toByteArray(), StandardCharsets.US_ASCII))
			.isEqualTo("LAB size=6\nabcdef");
	}

	@Test
	void whenTheMessageComesWithItsLineItTakesNoMoreMemoryThanBoth() throws IOException {
		assertThat(decode("LAB size=3\nabcd")).isTrue();
		assertThat(this.decoder.held()).isEqualTo(14);
		assertThat(new String(this.decoder.take().toByteArray(), StandardCharsets.US_ASCII))
			.isEqualTo("LAB size=3\nabc");
	}

	@Test
	void whenTheLineIsLongTheLimitOfTheMessageIsTheSame() throws IOException {
		assertThat(decode("LAB token=" + "t".repeat(60) + "\n0123456789")).isFalse();
		assertThatThrownBy(() -> decode("x")).isInstanceOf(MessageTooLongException.class)
			.hasMessage("Message is longer than 10 bytes");
	}

	private boolean decode(String text) throws IOException {
		return this.decoder.decode(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
	}

}
