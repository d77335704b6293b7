package io.tcpecho.framing;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * The rule of framing {@code eof}: one message, ended by the end of the stream or, when
 * truncating, by its limit.
 */
class EofTerminatedDeserializerTests {

	private static final int LIMIT = 64;

	private final FrameDecoder decoder = new EofTerminatedDeserializer(LIMIT).newDecoder();

	private final FrameDecoder truncating = new EofTerminatedDeserializer(LIMIT, true).newDecoder();

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, LIMIT - 1, LIMIT })
	void whenTheMessageIsSplitAnywhereItIsTheSame(int size) throws IOException {
		byte[] message = bytes(size);
		for (int cut = 0; cut <= size; cut++) {
			FrameDecoder decoder = new EofTerminatedDeserializer(LIMIT).newDecoder();
			assertThat(decoder.decode(ByteBuffer.wrap(message, 0, cut))).as("complete after %d bytes", cut).isFalse();
			assertThat(decoder.decode(ByteBuffer.wrap(message, cut, size - cut))).as("complete before FIN").isFalse();
			assertThat(decoder.endOfStream()).as("complete at FIN, cut at %d", cut).isTrue();
			assertThat(decoder.take().toByteArray()).as("cut at %d", cut).isEqualTo(message);
		}
	}

	@Test
	void whenBytesArriveOneByOneTheMessageIsTheSame() throws IOException {
		byte[] message = bytes(LIMIT);
		for (int i = 0; i < LIMIT; i++) {
			assertThat(this.decoder.decode(ByteBuffer.wrap(message, i, 1))).isFalse();
			assertThat(this.decoder.size()).isEqualTo(i + 1);
		}
		assertThat(this.decoder.endOfStream()).isTrue();
		assertThat(this.decoder.take().toByteArray()).isEqualTo(message);
	}

	@Test
	void whenNoByteCameFinCompletesNothing() throws IOException {
		assertThat(this.decoder.isInsideMessage()).isFalse();
		assertThat(this.decoder.endOfStream()).isFalse();
	}

	@Test
	void whenOneByteCameTheMessageHasBegun() throws IOException {
		this.decoder.decode(ByteBuffer.wrap(bytes(1)));
		assertThat(this.decoder.isInsideMessage()).isTrue();
	}

	@Test
	void whenOneByteTooManyComesAtOnceTheMessageIsTooLong() {
		ByteBuffer in = ByteBuffer.wrap(bytes(LIMIT + 1));
		assertThatExceptionOfType(MessageTooLongException.class).isThrownBy(() -> this.decoder.decode(in))
			.withMessage("Message is longer than 64 bytes");
		assertThat(in.remaining()).as("bytes not consumed").isEqualTo(LIMIT + 1);
		assertThat(this.decoder.held()).as("bytes held for the refused message").isZero();
	}

	@Test
	void whenOneByteTooManyComesAfterASplitTheMessageIsTooLong() throws IOException {
		byte[] message = bytes(LIMIT + 1);
		for (int cut = 1; cut <= LIMIT; cut++) {
			FrameDecoder decoder = new EofTerminatedDeserializer(LIMIT).newDecoder();
			assertThat(decoder.decode(ByteBuffer.wrap(message, 0, cut))).isFalse();
			int held = decoder.held();
			ByteBuffer rest = ByteBuffer.wrap(message, cut, message.length - cut);
			assertThatExceptionOfType(MessageTooLongException.class).as("cut at %d", cut)
				.isThrownBy(() -> decoder.decode(rest))
				.withMessage("Message is longer than 64 bytes");
			assertThat(rest.position()).as("bytes not consumed").isEqualTo(cut);
			assertThat(decoder.size()).isEqualTo(cut);
			assertThat(decoder.held()).isEqualTo(held);
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, LIMIT - 1 })
	void whenTruncatingAMessageBelowTheLimitEndsWithFin(int size) throws IOException {
		byte[] message = bytes(size);
		assertThat(this.truncating.decode(ByteBuffer.wrap(message))).as("complete before FIN").isFalse();
		assertThat(this.truncating.endOfStream()).isTrue();
		assertThat(this.truncating.take().toByteArray()).isEqualTo(message);
	}

	@Test
	void whenTruncatingAMessageIsCompleteAtTheLimitWithoutFin() throws IOException {
		byte[] message = bytes(LIMIT);
		assertThat(this.truncating.decode(ByteBuffer.wrap(message, 0, LIMIT - 1))).isFalse();
		assertThat(this.truncating.decode(ByteBuffer.wrap(message, LIMIT - 1, 1))).isTrue();
		assertThat(this.truncating.take().toByteArray()).isEqualTo(message);
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 1000 })
	void whenTruncatingBytesAfterTheLimitAreNotConsumed(int tooMany) throws IOException {
		byte[] sent = bytes(LIMIT + tooMany);
		for (int cut = 0; cut < LIMIT; cut++) {
			FrameDecoder decoder = new EofTerminatedDeserializer(LIMIT, true).newDecoder();
			assertThat(decoder.decode(ByteBuffer.wrap(sent, 0, cut))).isFalse();
			ByteBuffer rest = ByteBuffer.wrap(sent, cut, sent.length - cut);
			assertThat(decoder.decode(rest)).as("complete, cut at %d", cut).isTrue();
			assertThat(rest.position()).isEqualTo(LIMIT);
			assertThat(decoder.take().toByteArray()).as("cut at %d", cut).isEqualTo(Arrays.copyOf(sent, LIMIT));
		}
	}

	@Test
	void whenTruncatingNoByteAndFinCompleteNothing() throws IOException {
		assertThat(this.truncating.endOfStream()).isFalse();
	}

	@Test
	void whenTheLimitIsOneByteOneFitsAndTwoDoNot() throws IOException {
		FrameDeserializer tiny = new EofTerminatedDeserializer(1);
		FrameDecoder one = tiny.newDecoder();
		one.decode(ByteBuffer.wrap(bytes(1)));
		assertThat(one.endOfStream()).isTrue();
		assertThatExceptionOfType(MessageTooLongException.class)
			.isThrownBy(() -> tiny.newDecoder().decode(ByteBuffer.wrap(bytes(2))))
			.withMessage("Message is longer than 1 bytes");
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, -1, Integer.MIN_VALUE })
	void whenTheLimitIsNotPositiveItIsRefused(int limit) {
		assertThatIllegalArgumentException().isThrownBy(() -> new EofTerminatedDeserializer(limit))
			.withMessage("maxMessageSize is " + limit + ", and must be at least 1");
	}

	@Test
	void aConnectionCarriesOneMessage() {
		assertThat(new EofTerminatedDeserializer(LIMIT).isSingleMessage()).isTrue();
		assertThat(new EofTerminatedDeserializer(LIMIT).getMaxMessageSize()).isEqualTo(LIMIT);
	}

	private static byte[] bytes(int size) {
		byte[] bytes = new byte[size];
		new Random(size).nextBytes(bytes);
		return bytes;
	}

}
