package io.tcpecho.payload;

import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How many chunks a pool keeps, and for how long.
 */
class ChunkPoolTests {

	private static final int CHUNK = ChunkPool.CHUNK_IN_BYTES;

	private final AtomicLong limit = new AtomicLong(4L * CHUNK);

	private final ChunkPool pool = new ChunkPool(this.limit::get);

	@Test
	void aChunkThatIsGivenBackIsTakenAgain() {
		byte[] chunk = this.pool.take();
		assertThat(chunk).hasSize(CHUNK);
		this.pool.give(chunk);
		assertThat(this.pool.held()).isEqualTo(CHUNK);
		assertThat(this.pool.take()).isSameAs(chunk);
		assertThat(this.pool.held()).isZero();
		assertThat(this.pool.take()).isNotSameAs(chunk);
	}

	@Test
	void anArrayOfAnotherLengthIsNotKept() {
		this.pool.give(new byte[CHUNK - 1]);
		this.pool.give(new byte[CHUNK + 1]);
		assertThat(this.pool.held()).isZero();
	}

	@Test
	void itKeepsNoMoreThanItsLimit() {
		give(5);
		assertThat(this.pool.held()).isEqualTo(4L * CHUNK);
		this.limit.set(2L * CHUNK + 1);
		assertThat(this.pool.held()).isEqualTo(4L * CHUNK);
		this.pool.fit();
		assertThat(this.pool.held()).isEqualTo(2L * CHUNK);
		this.limit.set(-1);
		this.pool.fit();
		assertThat(this.pool.held()).isZero();
	}

	@Test
	void whatNothingNeedsIsDroppedBitByBit() {
		give(4);
		this.pool.trim();
		assertThat(this.pool.held()).as("chunks that have just come").isEqualTo(4L * CHUNK);
		this.pool.trim();
		assertThat(this.pool.held()).isEqualTo(2L * CHUNK);
		this.pool.trim();
		this.pool.trim();
		assertThat(this.pool.held()).isZero();
	}

	@Test
	void whatIsTakenMeanwhileIsNotDropped() {
		give(4);
		this.pool.trim();
		byte[][] taken = { this.pool.take(), this.pool.take(), this.pool.take(), this.pool.take() };
		for (byte[] chunk : taken) {
			this.pool.give(chunk);
		}
		this.pool.trim();
		assertThat(this.pool.held()).isEqualTo(4L * CHUNK);
	}

	private void give(int count) {
		for (int i = 0; i < count; i++) {
			this.pool.give(new byte[CHUNK]);
		}
	}

}
