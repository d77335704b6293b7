package io.tcpecho.framing;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.integration.ip.tcp.serializer.SoftEndOfStreamException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The rule of framing {@code fixed}: each message has the same length.
 */
class FixedLengthDeserializerTests {

	private static final int LENGTH = 4;

	private final FixedLengthDeserializer deserializer = new FixedLengthDeserializer(LENGTH);

	private final FrameDecoder decoder = this.deserializer.newDecoder();

	@Test
	void whenMessagesComeTogetherEachHasTheLength() throws IOException {
		ByteBuffer in = buffer("aaaabbbbcc");
		assertThat(this.decoder.decode(in)).isTrue();
		assertThat(in.position()).as("bytes consumed").isEqualTo(LENGTH);
		assertThat(this.decoder.take().toByteArray()).asString().isEqualTo("aaaa");
		assertThat(this.decoder.decode(in)).isTrue();
		assertThat(this.decoder.take().toByteArray()).asString().isEqualTo("bbbb");
		assertThat(this.decoder.decode(in)).as("complete with a part only").isFalse();
		assertThat(this.decoder.decode(buffer("cc"))).isTrue();
		assertThat(this.decoder.take().toByteArray()).asString().isEqualTo("cccc");
		assertThat(this.decoder.endOfStream()).as("a message at FIN").isFalse();
	}

	@Test
	void whenAMessageIsCutAnywhereItIsCompleteWithItsLastByte() throws IOException {
		for (int cut = 0; cut < LENGTH; cut++) {
			FrameDecoder decoder = this.deserializer.newDecoder();
			assertThat(decoder.decode(buffer("abcd".substring(0, cut)))).as("complete at cut %d", cut).isFalse();
			assertThat(decoder.decode(buffer("abcd".substring(cut)))).as("cut at %d", cut).isTrue();
			assertThat(decoder.take().toByteArray()).asString().as("cut at %d", cut).isEqualTo("abcd");
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, LENGTH - 1 })
	void whenTheStreamEndsInsideAMessageItIsCutOff(int size) throws IOException {
		this.decoder.decode(ByteBuffer.allocate(size));
		assertThatExceptionOfType(MessageCutOffException.class).isThrownBy(this.decoder::endOfStream)
			.withMessage("The stream ended inside a message, after " + size + " bytes of it");
	}

	@Test
	void whenAMessageIsDeserializedTheNextStaysInTheStream() throws IOException {
		ByteArrayInputStream stream = new ByteArrayInputStream("aaaabbbb".getBytes(StandardCharsets.US_ASCII));
		assertThat(this.deserializer.deserialize(stream)).asString().isEqualTo("aaaa");
		assertThat(stream.available()).as("bytes left in the stream").isEqualTo(LENGTH);
		assertThat(this.deserializer.deserialize(stream)).asString().isEqualTo("bbbb");
		assertThatExceptionOfType(SoftEndOfStreamException.class)
			.isThrownBy(() -> this.deserializer.deserialize(stream));
	}

	@Test
	void whenTheLengthIsOneEachByteIsAMessage() throws IOException {
		FrameDecoder single = new FixedLengthDeserializer(1).newDecoder();
		ByteBuffer in = buffer("ab");
		assertThat(single.decode(in)).isTrue();
		assertThat(single.take().toByteArray()).asString().isEqualTo("a");
		assertThat(single.decode(in)).isTrue();
		assertThat(single.take().toByteArray()).asString().isEqualTo("b");
	}

	private static ByteBuffer buffer(String text) {
		return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
	}

}
