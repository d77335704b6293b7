package io.tcpecho.framing;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HexFormat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.integration.ip.tcp.serializer.ByteArrayLengthHeaderSerializer;
import org.springframework.integration.ip.tcp.serializer.SoftEndOfStreamException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * The rule of framings {@code length-1}, {@code length-2} and {@code length-4}: the
 * length comes first.
 */
class LengthHeaderDeserializerTests {

	private static final int LIMIT = 8;

	private static final HexFormat HEX = HexFormat.of();

	@ParameterizedTest
	@CsvSource({ "1, 00, 03616263, 0161", "2, 0000, 0003616263, 000161", "4, 00000000, 00000003616263, 0000000161" })
	void whenMessagesComeTogetherEachIsItself(int headerSize, String empty, String abc, String a) throws IOException {
		FrameDecoder decoder = new LengthHeaderDeserializer(headerSize, LIMIT).newDecoder();
		ByteBuffer in = hex(abc + empty + a + abc.substring(0, 4));
		assertThat(decoder.decode(in)).isTrue();
		assertThat(in.position()).as("bytes consumed").isEqualTo(headerSize + 3);
		assertThat(decoder.take().toByteArray()).asHexString().isEqualTo("616263");
		assertThat(decoder.decode(in)).isTrue();
		assertThat(decoder.take().toByteArray()).as("a message of no bytes").isEmpty();
		assertThat(decoder.decode(in)).isTrue();
		assertThat(decoder.take().toByteArray()).asHexString().isEqualTo("61");
		assertThat(decoder.decode(in)).as("complete with a part only").isFalse();
		assertThat(in.hasRemaining()).as("bytes left over").isFalse();
	}

	@ParameterizedTest
	@CsvSource({ "1, 0", "1, 1", "1, 7", "1, 8", "2, 0", "2, 7", "2, 8", "4, 0", "4, 7", "4, 8" })
	void whenAMessageUpToTheLimitIsCutAnywhereItIsTheSame(int headerSize, int size) throws IOException {
		byte[] message = bytes(size);
		byte[] wire = serialize(headerSize, message);
		for (int cut = 0; cut < wire.length; cut++) {
			FrameDecoder decoder = new LengthHeaderDeserializer(headerSize, LIMIT).newDecoder();
			assertThat(decoder.decode(ByteBuffer.wrap(wire, 0, cut))).as("complete at cut %d", cut).isFalse();
			assertThat(decoder.isInsideMessage()).as("inside a message at cut %d", cut).isEqualTo(cut > 0);
			assertThat(decoder.decode(ByteBuffer.wrap(wire, cut, wire.length - cut))).as("cut at %d", cut).isTrue();
			assertThat(decoder.take().toByteArray()).as("cut at %d", cut).isEqualTo(message);
			assertThat(decoder.endOfStream()).as("a message at FIN").isFalse();
		}
	}

	@ParameterizedTest
	@CsvSource({ "1, 09", "1, ff", "2, 0009", "2, ffff", "4, 00000009", "4, 7fffffff", "4, 80000000", "4, ffffffff" })
	void whenTheLengthIsOverTheLimitItIsRefusedBeforeTheBody(int headerSize, String header) {
		FrameDecoder decoder = new LengthHeaderDeserializer(headerSize, LIMIT).newDecoder();
		assertThatExceptionOfType(MessageTooLongException.class).isThrownBy(() -> decoder.decode(hex(header)))
			.withMessage("Message is longer than 8 bytes");
		assertThat(decoder.held()).as("bytes held for the refused message").isZero();
	}

	@Test
	void whenALargeLengthIsAllowedNothingIsAllocatedForItInAdvance() throws IOException {
		FrameDecoder decoder = new LengthHeaderDeserializer(4, Integer.MAX_VALUE).newDecoder();
		assertThat(decoder.decode(hex("7fffffff61"))).isFalse();
		assertThat(decoder.held()).isEqualTo(1);
	}

	@ParameterizedTest
	@CsvSource({ "0003, 0", "000361, 1", "00036162, 2", "00, 0" })
	void whenTheStreamEndsInsideAMessageItIsCutOff(String begun, int bytes) throws IOException {
		FrameDecoder decoder = new LengthHeaderDeserializer(2, LIMIT).newDecoder();
		assertThat(decoder.decode(hex(begun))).isFalse();
		assertThatExceptionOfType(MessageCutOffException.class).isThrownBy(decoder::endOfStream)
			.withMessage("The stream ended inside a message, after " + bytes + " bytes of it");
	}

	@Test
	void whenAMessageIsDeserializedTheNextStaysInTheStream() throws IOException {
		FrameDeserializer deserializer = new LengthHeaderDeserializer(2, LIMIT);
		ByteArrayInputStream stream = new ByteArrayInputStream(HEX.parseHex("0003616263" + "0000" + "000164"));
		assertThat(deserializer.deserialize(stream)).asString().isEqualTo("abc");
		assertThat(stream.available()).as("bytes left in the stream").isEqualTo(5);
		assertThat(deserializer.deserialize(stream)).isEmpty();
		assertThat(deserializer.deserialize(stream)).asString().isEqualTo("d");
		assertThatExceptionOfType(SoftEndOfStreamException.class).isThrownBy(() -> deserializer.deserialize(stream));
	}

	@ParameterizedTest
	@CsvSource({ "1, 0", "1, 255", "2, 0", "2, 256", "2, 65535", "4, 0", "4, 65536" })
	void theBytesOnTheWireAreThoseOfSpringIntegration(int headerSize, int size) throws IOException {
		ByteArrayLengthHeaderSerializer stock = new ByteArrayLengthHeaderSerializer(headerSize);
		stock.setMaxMessageSize(100_000);
		byte[] message = bytes(size);
		byte[] ours = serialize(headerSize, message);
		ByteArrayOutputStream theirs = new ByteArrayOutputStream();
		stock.serialize(message, theirs);
		assertThat(ours).isEqualTo(theirs.toByteArray());
		assertThat(stock.deserialize(new ByteArrayInputStream(ours))).isEqualTo(message);
		assertThat(new LengthHeaderDeserializer(headerSize, 100_000)
			.deserialize(new ByteArrayInputStream(theirs.toByteArray()))).isEqualTo(message);
	}

	@ParameterizedTest
	@CsvSource({ "1, 255, 256", "2, 65535, 65536" })
	void whenAPayloadIsLongerThanItsHeaderCanSayItIsRefused(int headerSize, int longest, int tooLong) {
		FrameSerializer serializer = FrameSerializer.lengthHeader(headerSize);
		assertThat(serializer.header(longest)).hasSize(headerSize).containsOnly(0xFF);
		assertThatIllegalArgumentException().isThrownBy(() -> serializer.header(tooLong))
			.withMessage("A payload of " + tooLong + " bytes does not fit a length of " + headerSize + " bytes");
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 3, 5, -1 })
	void whenTheHeaderHasAnotherSizeItIsRefused(int headerSize) {
		assertThatIllegalArgumentException().isThrownBy(() -> new LengthHeaderDeserializer(headerSize, LIMIT))
			.withMessage("headerSize is " + headerSize + ", and must be 1, 2 or 4");
	}

	@ParameterizedTest
	@CsvSource({ "LENGTH_1, 254, 254", "LENGTH_1, 255, 255", "LENGTH_1, 256, 255", "LENGTH_2, 65535, 65535",
			"LENGTH_2, 65536, 65535", "LENGTH_4, 65536, 65536" })
	void theLimitIsTheSmallerOfTheMaximumAndWhatTheHeaderCanSay(Framing framing, int max, int limit) {
		assertThat(framing.deserializer(max).getMaxMessageSize()).isEqualTo(limit);
	}

	private static byte[] serialize(int headerSize, byte[] message) throws IOException {
		ByteArrayOutputStream wire = new ByteArrayOutputStream();
		FrameSerializer.lengthHeader(headerSize).serialize(message, wire);
		return wire.toByteArray();
	}

	private static byte[] bytes(int size) {
		byte[] bytes = new byte[size];
		for (int i = 0; i < size; i++) {
			bytes[i] = (byte) (i + 1);
		}
		return bytes;
	}

	private static ByteBuffer hex(String digits) {
		return ByteBuffer.wrap(HEX.parseHex(digits));
	}

}
