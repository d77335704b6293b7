package io.tcpecho.framing;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.integration.ip.tcp.serializer.ByteArrayCrLfSerializer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The rule of framing {@code crlf}: a carriage return and a line feed, together, end each
 * message.
 */
class CarriageReturnLineFeedDeserializerTests {

	private static final int LIMIT = 8;

	private final CarriageReturnLineFeedDeserializer deserializer = new CarriageReturnLineFeedDeserializer(LIMIT);

	private final FrameDecoder decoder = this.deserializer.newDecoder();

	@Test
	void whenLinesComeTogetherEachIsAMessage() throws IOException {
		ByteBuffer in = buffer("one\r\n\r\ntwo\r\nthr");
		assertThat(next(in)).isEqualTo("one");
		assertThat(in.position()).as("bytes consumed").isEqualTo(5);
		assertThat(next(in)).as("an empty line").isEmpty();
		assertThat(next(in)).isEqualTo("two");
		assertThat(this.decoder.decode(in)).as("complete without a line end").isFalse();
		assertThat(next(buffer("ee\r\n"))).isEqualTo("three");
		assertThat(this.decoder.endOfStream()).as("a message at FIN").isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "1", "1234567", "12345678", "\r", "\n", "\n\r", "a\rb\nc", "\r\r\r", "1234567\r",
			"\r2345678" })
	void whenALineUpToTheLimitIsCutAnywhereItIsTheSame(String line) throws IOException {
		String wire = line + "\r\n";
		for (int first = 0; first < wire.length(); first++) {
			for (int second = first; second < wire.length(); second++) {
				FrameDecoder decoder = this.deserializer.newDecoder();
				assertThat(decoder.decode(buffer(wire.substring(0, first)))).isFalse();
				assertThat(decoder.decode(buffer(wire.substring(first, second)))).isFalse();
				assertThat(decoder.decode(buffer(wire.substring(second))))
					.as("complete, cuts at %d and %d", first, second)
					.isTrue();
				assertThat(decoder.take().toByteArray()).asString(StandardCharsets.US_ASCII)
					.as("cuts at %d and %d", first, second)
					.isEqualTo(line);
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "123456789", "123456789\r\n", "12345678\rx", "12345678\r\r", "12345678\n" })
	void whenALineHasOneByteTooManyItIsTooLong(String wire) throws IOException {
		for (int cut = 0; cut <= LIMIT; cut++) {
			FrameDecoder decoder = this.deserializer.newDecoder();
			assertThat(decoder.decode(buffer(wire.substring(0, cut)))).isFalse();
			ByteBuffer rest = buffer(wire.substring(cut));
			assertThatExceptionOfType(MessageTooLongException.class).as("cut at %d", cut)
				.isThrownBy(() -> decoder.decode(rest))
				.withMessage("Message is longer than 8 bytes");
		}
	}

	@Test
	void whenTheLineEndOfALineOfTheLimitIsSplitItIsWaitedFor() throws IOException {
		assertThat(this.decoder.decode(buffer("12345678\r"))).isFalse();
		assertThat(this.decoder.decode(buffer("\n"))).isTrue();
		assertThat(this.decoder.take().toByteArray()).asString(StandardCharsets.US_ASCII).isEqualTo("12345678");
	}

	@Test
	void whenTheCarriageReturnAfterALineOfTheLimitIsDataTheLineIsTooLong() throws IOException {
		assertThat(this.decoder.decode(buffer("12345678\r"))).isFalse();
		assertThatExceptionOfType(MessageTooLongException.class).isThrownBy(() -> this.decoder.decode(buffer("x")))
			.withMessage("Message is longer than 8 bytes");
	}

	@ParameterizedTest
	@ValueSource(strings = { "\r", "\n", "two", "two\r" })
	void whenTheStreamEndsInsideALineTheMessageIsCutOff(String begun) throws IOException {
		this.decoder.decode(buffer("one\r\n"));
		this.decoder.take();
		assertThat(this.decoder.isInsideMessage()).isFalse();
		this.decoder.decode(buffer(begun));
		assertThat(this.decoder.isInsideMessage()).isTrue();
		assertThatExceptionOfType(MessageCutOffException.class).isThrownBy(this.decoder::endOfStream);
	}

	@Test
	void whenALineIsDeserializedTheNextStaysInTheStream() throws IOException {
		ByteArrayInputStream stream = new ByteArrayInputStream("one\r\n\r\ntwo\r\n".getBytes());
		assertThat(this.deserializer.deserialize(stream)).asString().isEqualTo("one");
		assertThat(stream.available()).as("bytes left in the stream").isEqualTo(7);
		assertThat(this.deserializer.deserialize(stream)).as("an empty line").isEmpty();
		assertThat(this.deserializer.deserialize(stream)).asString().isEqualTo("two");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "a", "a\rb\nc", "12345678" })
	void theBytesOnTheWireAreThoseOfSpringIntegration(String text) throws IOException {
		ByteArrayCrLfSerializer stock = new ByteArrayCrLfSerializer();
		byte[] message = text.getBytes(StandardCharsets.US_ASCII);
		ByteArrayOutputStream ours = new ByteArrayOutputStream();
		ByteArrayOutputStream theirs = new ByteArrayOutputStream();
		FrameSerializer.CARRIAGE_RETURN_LINE_FEED.serialize(message, ours);
		stock.serialize(message, theirs);
		assertThat(ours.toByteArray()).isEqualTo(theirs.toByteArray());
		assertThat(stock.deserialize(new ByteArrayInputStream(ours.toByteArray()))).isEqualTo(message);
		assertThat(this.deserializer.deserialize(new ByteArrayInputStream(theirs.toByteArray()))).isEqualTo(message);
	}

	private String next(ByteBuffer in) throws IOException {
		assertThat(this.decoder.decode(in)).as("complete").isTrue();
		return new String(this.decoder.take().toByteArray(), StandardCharsets.US_ASCII);
	}

	private static ByteBuffer buffer(String text) {
		return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
	}

}
