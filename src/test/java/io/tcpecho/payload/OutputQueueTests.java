package io.tcpecho.payload;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Random;

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
		ByteBuffer buffer = ByteBuffer.allocate(1 + random.nextInt(64));
		int adds = random.nextInt(40);
		while (adds > 0 || !queue.isEmpty()) {
			if (adds > 0 && random.nextBoolean()) {
				adds--;
				byte[] part = new byte[random.nextInt(5) == 0 ? 0 : random.nextInt(100)];
				random.nextBytes(part);
				added.writeBytes(part);
				queue.add(part);
			}
			ByteBuffer slice = queue.next(buffer.clear());
			assertThat(slice.remaining()).as("bytes of a slice, seed %d", seed)
				.isEqualTo(Math.min(buffer.capacity(), added.size() - written.size()));
			int taken = random.nextInt(slice.remaining() + 1);
			written.write(slice.array(), slice.position(), taken);
			queue.advance(taken);
			assertThat(queue.isEmpty()).as("empty, seed %d", seed).isEqualTo(added.size() == written.size());
		}
		assertThat(written.toByteArray()).as("seed %d", seed).isEqualTo(added.toByteArray());
	}

	@Test
	void whenNothingIsAddedItIsEmpty() {
		this.queue.add(new byte[0]);
		assertThat(this.queue.isEmpty()).isTrue();
		assertThat(this.queue.next(ByteBuffer.allocate(8)).remaining()).as("bytes of a slice").isZero();
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
			ByteBuffer rest = queue.next(ByteBuffer.allocate(8));
			assertThat(rest.remaining()).as("bytes left after %d", cut).isEqualTo(6 - cut);
			if (cut < 6) {
				assertThat(rest.get(0)).as("next byte after %d", cut).isEqualTo((byte) (cut + 1));
			}
			assertThat(queue.isEmpty()).isEqualTo(cut == 6);
		}
	}

	@Test
	void whenPayloadsAreWrittenTheirMemoryIsNotHeldAnyMore() {
		this.queue.add(Payload.of(new byte[10]));
		this.queue.add(new byte[1]);
		this.queue.add(Payload.of(new byte[5]));
		assertThat(this.queue.held()).isEqualTo(15);
		this.queue.advance(9);
		assertThat(this.queue.held()).as("a payload that is not written to its end").isEqualTo(15);
		this.queue.advance(1);
		assertThat(this.queue.held()).isEqualTo(5);
		this.queue.clear();
		assertThat(this.queue.held()).isZero();
	}

	@Test
	void aPartThatFillsASliceIsNotCopiedAndShorterOnesAreWrittenTogether() {
		byte[] large = new byte[100];
		this.queue.add(large);
		this.queue.add(new byte[] { 1, 2 });
		ByteBuffer buffer = ByteBuffer.allocate(64);
		assertThat(this.queue.next(buffer).array()).isSameAs(large);
		this.queue.advance(64);
		ByteBuffer rest = this.queue.next(buffer.clear());
		assertThat(rest.array()).isSameAs(buffer.array());
		assertThat(rest.remaining()).isEqualTo(38);
	}

	@Test
	void aReplyThatRepeatsAPieceTakesNoMemory() {
		new RepeatedReply(new byte[] { 1, 2, 3 }, 8).addTo(this.queue);
		assertThat(this.queue.held()).isZero();
		assertThat(slice(20)).containsExactly(1, 2, 3, 1, 2, 3, 1, 2);
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
		ByteBuffer slice = this.queue.next(ByteBuffer.allocate(size));
		byte[] bytes = new byte[slice.remaining()];
		slice.get(bytes);
		return bytes;
	}

}
