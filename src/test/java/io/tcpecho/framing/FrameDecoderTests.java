package io.tcpecho.framing;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Random;

import com.sun.management.ThreadMXBean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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
		readInRandomStretches(0);
	}

	@Test
	void thePromisesHoldForRandomLimitsSizesAndCuts() throws IOException {
		for (int seed = 1; seed <= 2000; seed++) {
			readInRandomStretches(seed);
		}
	}

	private static void readInRandomStretches(int seed) throws IOException {
		Random random = new Random(seed);
		int limit = 1 + random.nextInt(switch (random.nextInt(10)) {
			case 0 -> 4 * 1024 * KIB;
			case 1, 2 -> 256 * KIB;
			case 3, 4, 5 -> 100;
			default -> 8 * KIB;
		});
		byte[] message = new byte[1 + random.nextInt(limit)];
		random.nextBytes(message);
		FrameDecoder decoder = new EofTerminatedDeserializer(limit).newDecoder();
		int mostAtOnce = 1 + random.nextInt(Math.max(16, message.length / 4));
		for (int position = 0; position < message.length;) {
			position += readStretch(decoder, message, position, 1 + random.nextInt(mostAtOnce), limit, seed);
		}
		assertThat(decoder.endOfStream()).as("seed %d", seed).isTrue();
		int copySize = decoder.copySize();
		long before = threads.getCurrentThreadAllocatedBytes();
		byte[] taken = decoder.take();
		long allocated = threads.getCurrentThreadAllocatedBytes() - before;
		assertThat(allocated).as("bytes that take() allocated, seed %d", seed)
			.isLessThanOrEqualTo(copySize + OVERHEAD_IN_BYTES);
		assertThat(taken).as("seed %d", seed).isEqualTo(message);
		assertThat(decoder.held()).as("bytes held after take(), seed %d", seed).isZero();
	}

	private static int readStretch(FrameDecoder decoder, byte[] message, int position, int wanted, int limit, int seed)
			throws IOException {
		int room = decoder.room();
		int count = Math.min(wanted, message.length - position);
		int promised = Math.max(count, decoder.growth());
		if (room > 0) {
			count = Math.min(count, room);
			promised = 0;
		}
		int heldBefore = decoder.held();
		ByteBuffer in = ByteBuffer.wrap(message, position, count);
		long before = threads.getCurrentThreadAllocatedBytes();
		decoder.decode(in);
		long allocated = threads.getCurrentThreadAllocatedBytes() - before;
		assertThat(decoder.held() - heldBefore).as("growth of what is held at %d, seed %d", position, seed)
			.isBetween(0, promised);
		assertThat(allocated).as("bytes allocated at %d, seed %d", position, seed)
			.isLessThanOrEqualTo(promised + OVERHEAD_IN_BYTES);
		assertThat(decoder.size()).as("bytes of the message, seed %d", seed).isEqualTo(position + count);
		assertThat(decoder.held()).as("bytes held at %d, seed %d", position, seed).isBetween(position + count, limit);
		return count;
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
	void whenAMessageComesInOnePieceItIsNotCopied() throws IOException {
		FrameDecoder decoder = new EofTerminatedDeserializer(ONE_GIB).newDecoder();
		decoder.decode(ByteBuffer.wrap(new byte[5000]));
		assertThat(decoder.held()).isEqualTo(5000);
		assertThat(decoder.copySize()).isZero();
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
	void whenAMessageGrowsItGrowsByItsOwnSizeUpToOneMebibyte() throws IOException {
		FrameDecoder decoder = new EofTerminatedDeserializer(ONE_GIB).newDecoder();
		int previous = 0;
		while (decoder.size() < 4 * 1024 * KIB) {
			int stretch = Math.max(1, decoder.room());
			decoder.decode(ByteBuffer.wrap(new byte[stretch]));
			if (decoder.room() == 0 && decoder.size() >= KIB) {
				assertThat(decoder.growth()).as("growth at %d bytes", decoder.size())
					.isEqualTo(Math.min(decoder.size(), 1024 * KIB));
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
		assertThat(decoder.take()).isEqualTo("abc".getBytes());
		assertThat(decoder.isInsideMessage()).isFalse();
		assertThat(decoder.size()).isZero();
		assertThat(decoder.held()).isZero();
		assertThat(decoder.room()).isZero();
		assertThat(decoder.copySize()).isZero();
	}

}
