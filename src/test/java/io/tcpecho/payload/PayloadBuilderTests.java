package io.tcpecho.payload;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The chunks of a message, most of all where sizes of chunks and of the message meet.
 */
class PayloadBuilderTests {

	private static final int LIMIT = 5 * 1024;

	@ParameterizedTest
	@CsvSource({ "1, 1023", "1023, 1", "512, 512", "1, 1022", "1, 1024", "1, 5119", "2560, 2560" })
	void whenAMessageComesInTwoStretchesItIsTheSame(int first, int second) {
		PayloadBuilder buffer = new PayloadBuilder(LIMIT);
		byte[] message = bytes(first + second);
		buffer.append(ByteBuffer.wrap(message, 0, first), first);
		buffer.append(ByteBuffer.wrap(message, first, second), second);
		assertThat(buffer.take().toByteArray()).isEqualTo(message);
	}

	@Test
	void whenAMessageOfAnySizeAndLimitIsSplitItIsTheSame() {
		for (int limit : new int[] { 1, 2, 3, 63, 64, 65, 1023, 1024, 1025, 1500, 2047, 2048, 2049, 3000 }) {
			for (int size = 1; size <= limit; size++) {
				byte[] message = bytes(size);
				for (int first : new int[] { 1, 2, limit / 2, limit - size, size - 2, size - 1, size }) {
					if (first > 0 && first <= size) {
						PayloadBuilder buffer = new PayloadBuilder(limit);
						buffer.append(ByteBuffer.wrap(message, 0, first), first);
						buffer.append(ByteBuffer.wrap(message, first, size - first), size - first);
						assertThat(buffer.take().toByteArray()).as("limit %d, size %d, cut at %d", limit, size, first)
							.isEqualTo(message);
					}
				}
			}
		}
	}

	@Test
	void whenBytesComeOneByOneAMessageOfAnySizeIsTheSame() {
		byte[] message = bytes(LIMIT);
		for (int size = 1; size <= LIMIT; size += 13) {
			PayloadBuilder buffer = new PayloadBuilder(LIMIT);
			for (int i = 0; i < size; i++) {
				buffer.append(ByteBuffer.wrap(message, i, 1), 1);
			}
			assertThat(buffer.take().toByteArray()).as("size %d", size).isEqualTo(Arrays.copyOf(message, size));
		}
	}

	@Test
	void whenNothingCameTheMessageIsEmpty() {
		PayloadBuilder buffer = new PayloadBuilder(LIMIT);
		buffer.append(ByteBuffer.allocate(0), 0);
		assertThat(buffer.isEmpty()).isTrue();
		assertThat(buffer.held()).isZero();
		assertThat(buffer.take().toByteArray()).isEmpty();
	}

	@Test
	void whenAMessageWasTakenTheArrayIsTheCallers() {
		PayloadBuilder buffer = new PayloadBuilder(LIMIT);
		buffer.append(ByteBuffer.wrap(new byte[] { 1, 2 }), 2);
		byte[] first = buffer.take().toByteArray();
		buffer.append(ByteBuffer.wrap(new byte[] { 3, 4 }), 2);
		assertThat(buffer.take().toByteArray()).containsExactly(3, 4);
		assertThat(first).as("the message before").containsExactly(1, 2);
	}

	private static byte[] bytes(int size) {
		byte[] bytes = new byte[size];
		new Random(size).nextBytes(bytes);
		return bytes;
	}

}
