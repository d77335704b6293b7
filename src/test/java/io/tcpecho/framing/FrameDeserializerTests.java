package io.tcpecho.framing;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.integration.ip.tcp.serializer.SoftEndOfStreamException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * {@code deserialize(InputStream)}: the decoders behind blocking streams.
 */
class FrameDeserializerTests {

	private static final int LIMIT = 5 * 1024;

	private final FrameDeserializer eof = new EofTerminatedDeserializer(LIMIT);

	private final FrameDeserializer truncating = new EofTerminatedDeserializer(LIMIT, true);

	@ParameterizedTest
	@ValueSource(ints = { 1, LIMIT - 1, LIMIT })
	void whenTheMessageFitsItIsReturnedAtTheEndOfTheStream(int size) throws IOException {
		byte[] message = bytes(size);
		assertThat(this.eof.deserialize(new Stream(message, Integer.MAX_VALUE))).isEqualTo(message);
		assertThat(this.eof.deserialize(new Stream(message, 1))).as("byte by byte").isEqualTo(message);
		assertThat(this.eof.deserialize(new Stream(message, 7))).as("in stretches of 7 bytes").isEqualTo(message);
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 7, Integer.MAX_VALUE })
	void whenOneByteTooManyIsReadTheMessageIsTooLong(int mostAtOnce) {
		Stream stream = new Stream(bytes(LIMIT + 1), mostAtOnce);
		assertThatExceptionOfType(MessageTooLongException.class).isThrownBy(() -> this.eof.deserialize(stream))
			.withMessage("Message is longer than 5120 bytes");
		assertThat(stream.ended).as("end of the stream waited for").isFalse();
	}

	@ParameterizedTest
	@EnumSource(Framing.class)
	void whenTheStreamIsEmptyItsEndIsSoft(Framing framing) {
		assertThatExceptionOfType(SoftEndOfStreamException.class)
			.isThrownBy(() -> framing.deserializer(LIMIT).deserialize(InputStream.nullInputStream()))
			.withMessage("The stream ended before a message began");
	}

	@Test
	void whenTheEndOfTheStreamIsTheMessagesItIsReadInBlocks() throws IOException {
		byte[] message = bytes(64 * 1024);
		Stream stream = new Stream(message, Integer.MAX_VALUE);
		assertThat(new EofTerminatedDeserializer(message.length).deserialize(stream)).isEqualTo(message);
		assertThat(stream.reads).as("calls of read").isLessThanOrEqualTo(10);
	}

	@Test
	void whenTheMessageHasExactlyTheLimitOneReadIsEnoughForIt() throws IOException {
		Stream stream = new Stream(bytes(LIMIT), Integer.MAX_VALUE);
		this.eof.deserialize(stream);
		assertThat(stream.reads).as("calls of read, the end of the stream included").isEqualTo(2);
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 7, Integer.MAX_VALUE })
	void whenTruncatingTheMessageIsReturnedAtItsLimit(int mostAtOnce) throws IOException {
		byte[] sent = bytes(LIMIT + 1);
		Stream stream = new Stream(sent, mostAtOnce);
		assertThat(this.truncating.deserialize(stream)).isEqualTo(Arrays.copyOf(sent, LIMIT));
		assertThat(stream.ended).as("end of the stream waited for").isFalse();
	}

	@Test
	void whenTheLimitIsLargeASmallMessageIsReadAllTheSame() throws IOException {
		byte[] message = bytes(10);
		FrameDeserializer large = new EofTerminatedDeserializer(Integer.MAX_VALUE);
		assertThat(large.deserialize(new Stream(message, 3))).isEqualTo(message);
	}

	@Test
	void whenReadingFailsTheFailureIsTheCallers() {
		IOException failure = new IOException("Connection reset");
		InputStream broken = new InputStream() {

			@Override
			public int read() throws IOException {
				throw failure;
			}

		};
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> this.eof.deserialize(broken)).isSameAs(failure);
	}

	private static byte[] bytes(int size) {
		byte[] bytes = new byte[size];
		new Random(size).nextBytes(bytes);
		return bytes;
	}

	/**
	 * A stream that delivers a bounded number of bytes at a time and counts its calls.
	 */
	private static final class Stream extends ByteArrayInputStream {

		private final int mostAtOnce;

		private int reads;

		private boolean ended;

		Stream(byte[] bytes, int mostAtOnce) {
			super(bytes);
			this.mostAtOnce = mostAtOnce;
		}

		@Override
		public int read() {
			this.reads++;
			int value = super.read();
			this.ended = value < 0;
			return value;
		}

		@Override
		public int read(byte[] target, int offset, int length) {
			this.reads++;
			int count = super.read(target, offset, Math.min(length, this.mostAtOnce));
			this.ended = count < 0;
			return count;
		}

	}

}
