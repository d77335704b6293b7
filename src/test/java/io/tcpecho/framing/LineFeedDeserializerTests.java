package io.tcpecho.framing;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.integration.ip.tcp.serializer.ByteArrayLfSerializer;
import org.springframework.integration.ip.tcp.serializer.SoftEndOfStreamException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The rule of framing {@code line}: a line feed ends each message.
 */
class LineFeedDeserializerTests {

	private static final int LIMIT = 8;

	private final LineFeedDeserializer deserializer = new LineFeedDeserializer(LIMIT);

	private final FrameDecoder decoder = this.deserializer.newDecoder();

	@Test
	void whenLinesComeTogetherEachIsAMessage() throws IOException {
		ByteBuffer in = buffer("one\n\ntwo\nthr");
		assertThat(next(in)).isEqualTo("one");
		assertThat(next(in)).as("an empty line").isEmpty();
		assertThat(next(in)).isEqualTo("two");
		assertThat(this.decoder.decode(in)).as("complete without a line feed").isFalse();
		assertThat(in.hasRemaining()).as("bytes left over").isFalse();
		assertThat(next(buffer("ee\n"))).isEqualTo("three");
		assertThat(this.decoder.endOfStream()).as("a message at FIN").isFalse();
	}

	@Test
	void whenALineIsCompleteNoByteOfTheNextIsConsumed() throws IOException {
		ByteBuffer in = buffer("one\ntwo\n");
		assertThat(this.decoder.decode(in)).isTrue();
		assertThat(in.position()).isEqualTo(4);
	}

	@Test
	void carriageReturnAndEveryOtherByteAreData() throws IOException {
		assertThat(next(buffer("a\r\n"))).isEqualTo("a\r");
		byte[] message = new byte[255];
		for (int i = 0, value = 0; value < 256; value++) {
			if (value != '\n') {
				message[i++] = (byte) value;
			}
		}
		FrameDecoder wide = new LineFeedDeserializer(255).newDecoder();
		assertThat(wide.decode(ByteBuffer.wrap(message))).isFalse();
		assertThat(wide.decode(buffer("\n"))).isTrue();
		assertThat(wide.take().toByteArray()).isEqualTo(message);
	}

	@ParameterizedTest
	@ValueSource(strings = { "\n", "1\n", "1234567\n", "12345678\n" })
	void whenALineUpToTheLimitIsSplitAnywhereItIsTheSame(String line) throws IOException {
		for (int cut = 0; cut < line.length(); cut++) {
			FrameDecoder decoder = this.deserializer.newDecoder();
			assertThat(decoder.decode(buffer(line.substring(0, cut)))).as("complete at cut %d", cut).isFalse();
			assertThat(decoder.decode(buffer(line.substring(cut)))).as("complete, cut at %d", cut).isTrue();
			assertThat(decoder.take().toByteArray()).as("cut at %d", cut).isEqualTo(line.stripTrailing().getBytes());
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "123456789", "123456789\n", "123456789\nabc\n" })
	void whenALineHasOneByteTooManyItIsTooLongWhateverFollows(String line) throws IOException {
		for (int cut = 0; cut <= LIMIT; cut++) {
			FrameDecoder decoder = this.deserializer.newDecoder();
			assertThat(decoder.decode(buffer(line.substring(0, cut)))).isFalse();
			ByteBuffer rest = buffer(line.substring(cut));
			assertThatExceptionOfType(MessageTooLongException.class).as("cut at %d", cut)
				.isThrownBy(() -> decoder.decode(rest))
				.withMessage("Message is longer than 8 bytes");
			assertThat(decoder.size()).as("bytes kept, cut at %d", cut).isEqualTo(cut);
		}
	}

	@Test
	void whenALineOfTheLimitHasNoLineFeedYetItIsWaitedFor() throws IOException {
		assertThat(this.decoder.decode(buffer("12345678"))).isFalse();
		assertThat(this.decoder.isInsideMessage()).isTrue();
		assertThat(next(buffer("\n"))).isEqualTo("12345678");
	}

	@Test
	void whenTheStreamEndsInsideALineTheMessageIsCutOff() throws IOException {
		this.decoder.decode(buffer("one\n"));
		this.decoder.take();
		this.decoder.decode(buffer("two"));
		assertThatExceptionOfType(MessageCutOffException.class).isThrownBy(this.decoder::endOfStream)
			.withMessage("The stream ended inside a message, after 3 bytes of it");
		assertThatExceptionOfType(MessageCutOffException.class)
			.isThrownBy(() -> this.deserializer.deserialize(stream("two")))
			.withMessage("The stream ended inside a message, after 3 bytes of it");
	}

	@Test
	void whenALineIsDeserializedTheNextStaysInTheStream() throws IOException {
		ByteArrayInputStream stream = stream("one\n\ntwo\n");
		assertThat(this.deserializer.deserialize(stream)).asString().isEqualTo("one");
		assertThat(stream.available()).as("bytes left in the stream").isEqualTo(5);
		assertThat(this.deserializer.deserialize(stream)).as("an empty line").isEmpty();
		assertThat(this.deserializer.deserialize(stream)).asString().isEqualTo("two");
		assertThatExceptionOfType(SoftEndOfStreamException.class)
			.isThrownBy(() -> this.deserializer.deserialize(stream));
	}

	@Test
	void whenADeserializedLineIsTooLongItIsRefusedWithoutALineFeed() {
		ByteArrayInputStream stream = stream("123456789abc\n");
		assertThatExceptionOfType(MessageTooLongException.class).isThrownBy(() -> this.deserializer.deserialize(stream))
			.withMessage("Message is longer than 8 bytes");
		assertThat(stream.available()).as("bytes left in the stream").isEqualTo(4);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "a", "a\r", "12345678" })
	void theBytesOnTheWireAreThoseOfSpringIntegration(String text) throws IOException {
		ByteArrayLfSerializer stock = new ByteArrayLfSerializer();
		byte[] message = text.getBytes(StandardCharsets.US_ASCII);
		ByteArrayOutputStream ours = new ByteArrayOutputStream();
		ByteArrayOutputStream theirs = new ByteArrayOutputStream();
		FrameSerializer.LINE_FEED.serialize(message, ours);
		stock.serialize(message, theirs);
		assertThat(ours.toByteArray()).isEqualTo(theirs.toByteArray());
		assertThat(stock.deserialize(new ByteArrayInputStream(ours.toByteArray()))).isEqualTo(message);
		assertThat(this.deserializer.deserialize(new ByteArrayInputStream(theirs.toByteArray()))).isEqualTo(message);
	}

	@Test
	void aConnectionStaysOpenForManyMessages() {
		assertThat(this.deserializer.isSingleMessage()).isFalse();
	}

	private String next(ByteBuffer in) throws IOException {
		assertThat(this.decoder.decode(in)).as("complete").isTrue();
		return new String(this.decoder.take().toByteArray(), StandardCharsets.US_ASCII);
	}

	private static ByteBuffer buffer(String text) {
		return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
	}

	private static ByteArrayInputStream stream(String text) {
		return new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
	}

}
