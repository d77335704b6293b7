package io.tcpecho.nio;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Random;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The bytes that a connection owes, whatever the socket takes of them.
 */
class OutputQueueTests {

	private final OutputQueue queue = new OutputQueue();

	@Test
	void whenPartsAndWritesAreRandomTheBytesAreTheSame() {
		for (int seed = 0; seed < 2000; seed++) {
			addAndWriteAtRandom(new OutputQueue(), seed);
		}
	}

	private static void addAndWriteAtRandom(OutputQueue queue, int seed) {
		Random random = new Random(seed);
		ByteArrayOutputStream added = new ByteArrayOutputStream();
		ByteArrayOutputStream written = new ByteArrayOutputStream();
		ByteBuffer slice = ByteBuffer.allocate(1 + random.nextInt(64));
		int adds = random.nextInt(40);
		while (adds > 0 || !queue.isEmpty()) {
			if (adds > 0 && random.nextBoolean()) {
				adds--;
				byte[] part = new byte[random.nextInt(5) == 0 ? 0 : random.nextInt(100)];
				random.nextBytes(part);
				added.writeBytes(part);
				queue.add(part);
			}
			queue.fill(slice.clear());
			slice.flip();
			assertThat(slice.remaining()).as("bytes of a slice, seed %d", seed)
				.isEqualTo(Math.min(slice.capacity(), added.size() - written.size()));
			int taken = random.nextInt(slice.remaining() + 1);
			written.write(slice.array(), 0, taken);
			queue.advance(taken);
			assertThat(queue.isEmpty()).as("empty, seed %d", seed).isEqualTo(added.size() == written.size());
		}
		assertThat(written.toByteArray()).as("seed %d", seed).isEqualTo(added.toByteArray());
	}

	@Test
	void whenNothingIsAddedItIsEmpty() {
		this.queue.add(new byte[0]);
		assertThat(this.queue.isEmpty()).isTrue();
		ByteBuffer slice = ByteBuffer.allocate(8);
		this.queue.fill(slice);
		assertThat(slice.position()).as("bytes of a slice").isZero();
	}

	@Test
	void whenASliceIsNotWrittenItComesAgain() {
		this.queue.add(new byte[] { 1, 2, 3 });
		assertThat(slice(2)).containsExactly(1, 2);
		assertThat(slice(2)).containsExactly(1, 2);
		this.queue.advance(0);
		assertThat(slice(2)).containsExactly(1, 2);
		assertThat(slice(4)).containsExactly(1, 2, 3);
	}

	@Test
	void whenAWriteEndsOnAndBesideTheEdgeOfAPartTheNextGoesOnThere() {
		for (int cut = 0; cut <= 6; cut++) {
			OutputQueue queue = new OutputQueue();
			queue.add(new byte[] { 1, 2, 3 });
			queue.add(new byte[] { 4, 5, 6 });
			queue.advance(cut);
			ByteBuffer rest = ByteBuffer.allocate(8);
			queue.fill(rest);
			assertThat(rest.position()).as("bytes left after %d", cut).isEqualTo(6 - cut);
			if (cut < 6) {
				assertThat(rest.get(0)).as("next byte after %d", cut).isEqualTo((byte) (cut + 1));
			}
			assertThat(queue.isEmpty()).isEqualTo(cut == 6);
		}
	}

	@Test
	void whenPartsAreWrittenTheirMemoryIsNotHeldAnyMore() {
		OutputQueue queue = new OutputQueue();
		queue.add(new byte[10]);
		queue.add(new byte[5]);
		assertThat(queue.held()).isEqualTo(15);
		queue.advance(9);
		assertThat(queue.held()).as("a part that is not written to its end").isEqualTo(15);
		queue.advance(1);
		assertThat(queue.held()).isEqualTo(5);
		queue.clear();
		assertThat(queue.held()).isZero();
	}

	@Test
	void whenALargePartIsCutItsPiecesHaveItsBytesAndAreGivenBackOneByOne() {
		OutputQueue queue = new OutputQueue();
		byte[] part = new byte[10];
		for (int i = 0; i < part.length; i++) {
			part[i] = (byte) i;
		}
		queue.add(part);
		queue.add(new byte[] { 10 });
		queue.advance(1);
		assertThat(queue.remainingOfFirst()).isEqualTo(9);
		queue.cut(4);
		assertThat(queue.held()).isEqualTo(10);
		ByteBuffer target = ByteBuffer.allocate(20);
		queue.fill(target);
		assertThat(Arrays.copyOf(target.array(), target.position())).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
		queue.advance(4);
		assertThat(queue.held()).isEqualTo(6);
		queue.advance(6);
		assertThat(queue.isEmpty()).isTrue();
		assertThat(queue.held()).isZero();
	}

	@Test
	void whenClearedInsideAPartItBeginsAnew() {
		this.queue.add(new byte[] { 1, 2, 3 });
		this.queue.advance(2);
		this.queue.clear();
		assertThat(this.queue.isEmpty()).isTrue();
		this.queue.add(new byte[] { 4, 5 });
		assertThat(slice(8)).containsExactly(4, 5);
	}

	private byte[] slice(int size) {
		ByteBuffer slice = ByteBuffer.allocate(size);
		this.queue.fill(slice);
		byte[] bytes = new byte[slice.flip().remaining()];
		slice.get(bytes);
		return bytes;
	}

}
