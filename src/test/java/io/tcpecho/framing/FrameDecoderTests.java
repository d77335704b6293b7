package io.tcpecho.framing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Random;

import com.sun.management.ThreadMXBean;
import io.tcpecho.payload.Payload;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The memory rule that every decoder has in common. What is promised is compared with
 * what this thread really allocates.
 */
class FrameDecoderTests {

	private static final int KIB = 1024;

	/** Headers of arrays, and the list of chunks. */
	private static final int OVERHEAD_IN_BYTES = 4 * KIB;

	private static final int ONE_GIB = 1024 * 1024 * KIB;

	private static final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

	@BeforeEach
	void loadClasses() throws IOException {
		FrameDecoder decoder = Framing.EOF.deserializer(4 * KIB).newDecoder();
		decoder.decode(ByteBuffer.wrap(new byte[1]));
		decoder.decode(ByteBuffer.wrap(new byte[2 * KIB]));
		decoder.take().toByteArray();
		readInRandomStretches(Framing.EOF, 0);
	}

	@ParameterizedTest
	@EnumSource(Framing.class)
	void thePromisesHoldForRandomLimitsSizesAndCuts(Framing framing) throws IOException {
		for (int seed = 1; seed <= 300; seed++) {
			readInRandomStretches(framing, seed);
		}
	}

	private static void readInRandomStretches(Framing framing, int seed) throws IOException {
		Random random = new Random(seed);
		int limit = 1 + random.nextInt(switch (random.nextInt(10)) {
			case 0 -> 4 * 1024 * KIB;
			case 1, 2 -> 256 * KIB;
			case 3, 4, 5 -> 100;
			default -> 8 * KIB;
		});
		FrameDeserializer deserializer = framing.deserializer(limit);
		byte[] message = randomMessage(framing, Math.min(limit, deserializer.getMaxMessageSize()), random);
		ByteArrayOutputStream wire = new ByteArrayOutputStream();
		framing.serializer().serialize(message, wire);
		FrameDecoder decoder = deserializer.newDecoder();
		byte[] bytes = wire.toByteArray();
		int mostAtOnce = 1 + random.nextInt(Math.max(16, bytes.length / 4));
		boolean complete = false;
		for (int position = 0; position < bytes.length;) {
			assertThat(complete).as("complete at %d, seed %d", position, seed).isFalse();
			// A piece of a stream is complete with any byte.
			int wanted = (framing == Framing.STREAM) ? bytes.length : 1 + random.nextInt(mostAtOnce);
			int count = Math.min(wanted, bytes.length - position);
			count = (decoder.room() > 0) ? Math.min(count, decoder.room()) : count;
			complete = readStretch(decoder, ByteBuffer.wrap(bytes, position, count), seed);
			assertThat(decoder.held()).as("bytes held at %d, seed %d", position, seed)
				.isBetween(decoder.size(), deserializer.getMaxMessageSize());
			position += count;
		}
		assertThat(complete || decoder.endOfStream()).as("complete, seed %d", seed).isTrue();
		takeAndCompare(decoder, message, seed);
	}

	private static boolean readStretch(FrameDecoder decoder, ByteBuffer in, int seed) throws IOException {
		int position = in.position();
		int promised = (decoder.room() > 0) ? 0 : Math.max(in.remaining(), decoder.growth());
		int heldBefore = decoder.held();
		long before = threads.getCurrentThreadAllocatedBytes();
		boolean complete = decoder.decode(in);
		long allocated = threads.getCurrentThreadAllocatedBytes() - before;
		assertThat(decoder.held() - heldBefore).as("growth of what is held at %d, seed %d", position, seed)
			.isBetween(0, promised);
		assertThat(allocated).as("bytes allocated at %d, seed %d", position, seed)
			.isLessThanOrEqualTo(promised + OVERHEAD_IN_BYTES);
		assertThat(in.hasRemaining()).as("bytes not consumed at %d, seed %d", position, seed).isFalse();
		return complete;
	}

	private static void takeAndCompare(FrameDecoder decoder, byte[] message, int seed) {
		long before = threads.getCurrentThreadAllocatedBytes();
		Payload taken = decoder.take();
		long allocated = threads.getCurrentThreadAllocatedBytes() - before;
		assertThat(allocated).as("bytes that take() allocated, seed %d", seed).isLessThanOrEqualTo(OVERHEAD_IN_BYTES);
		assertThat(taken.toByteArray()).as("seed %d", seed).isEqualTo(message);
		assertThat(decoder.held()).as("bytes held after take(), seed %d", seed).isZero();
	}

	private static byte[] randomMessage(Framing framing, int limit, Random random) {
		byte[] message = new byte[(framing == Framing.FIXED) ? limit : 1 + random.nextInt(limit)];
		random.nextBytes(message);
		if (framing == Framing.LINE || framing == Framing.CRLF) {
			for (int i = 0; i < message.length; i++) {
				message[i] = (message[i] == '\n') ? (byte) '\r' : message[i];
			}
		}
		return message;
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 3, 10 })
	void whenTheLimitIsLargeASmallMessageNeedsLittle(int stretch) throws IOException {
		FrameDecoder decoder = new EofTerminatedDeserializer(ONE_GIB).newDecoder();
		byte[] message = new byte[10];
		long before = threads.getCurrentThreadAllocatedBytes();
		for (int position = 0; position < message.length; position += stretch) {
			decoder.decode(ByteBuffer.wrap(message, position, Math.min(stretch, message.length - position)));
		}
		decoder.endOfStream();
		decoder.take();
		assertThat(threads.getCurrentThreadAllocatedBytes() - before).as("bytes allocated").isLessThan(64 * KIB);
	}

	@Test
	void whenAMessageComesInOnePieceItIsOneArray() throws IOException {
		FrameDecoder decoder = new EofTerminatedDeserializer(ONE_GIB).newDecoder();
		decoder.decode(ByteBuffer.wrap(new byte[5000]));
		assertThat(decoder.held()).isEqualTo(5000);
		Payload message = decoder.take();
		assertThat(message.held()).isEqualTo(5000);
		assertThat(message.toByteArray()).hasSize(5000).isSameAs(message.toByteArray());
	}

	@Test
	void whenTheLimitIsReachedThereIsNoGrowth() throws IOException {
		FrameDecoder decoder = new EofTerminatedDeserializer(3 * KIB).newDecoder();
		assertThat(decoder.growth()).as("growth of an empty message").isEqualTo(3 * KIB);
		decoder.decode(ByteBuffer.wrap(new byte[3 * KIB - 1]));
		assertThat(decoder.growth()).as("growth one byte below the limit").isEqualTo(1);
		decoder.decode(ByteBuffer.wrap(new byte[1]));
		assertThat(decoder.growth()).as("growth at the limit").isZero();
		assertThat(decoder.room()).as("room at the limit").isZero();
		assertThat(decoder.held()).isEqualTo(3 * KIB);
	}

	@Test
	void whenAMessageGrowsItGrowsByItsOwnSizeUpToABound() throws IOException {
		FrameDecoder decoder = new EofTerminatedDeserializer(ONE_GIB).newDecoder();
		int previous = 0;
		while (decoder.size() < 4 * 1024 * KIB) {
			int stretch = Math.max(1, decoder.room());
			decoder.decode(ByteBuffer.wrap(new byte[stretch]));
			if (decoder.room() == 0 && decoder.size() >= KIB) {
				assertThat(decoder.growth()).as("growth at %d bytes", decoder.size())
					.isBetween(Math.min(decoder.size(), 256 * KIB), Math.min(decoder.size(), 1024 * KIB));
				assertThat(decoder.size()).as("bytes that a stretch brought it to").isGreaterThan(previous);
				previous = decoder.size();
			}
		}
	}

	@Test
	void whenAMessageIsTakenTheNextOneBeginsEmpty() throws IOException {
		FrameDecoder decoder = new LineFeedDeserializer(100).newDecoder();
		decoder.decode(ByteBuffer.wrap("ab".getBytes()));
		decoder.decode(ByteBuffer.wrap("c\n".getBytes()));
		assertThat(decoder.take().toByteArray()).isEqualTo("abc".getBytes());
		assertThat(decoder.isInsideMessage()).isFalse();
		assertThat(decoder.size()).isZero();
		assertThat(decoder.held()).isZero();
		assertThat(decoder.room()).isZero();
	}

}
