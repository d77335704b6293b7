package io.tcpecho.payload;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The chunks of a message: when they serve another one, and what a service sees that
 * keeps its message.
 */
class PayloadTests {

	private static final int CHUNK = ChunkPool.CHUNK_IN_BYTES;

	private static final int SIZE = 5 * CHUNK + 100;

	private final ChunkPool pool = new ChunkPool(() -> 100L * CHUNK);

	private final OutputQueue output = new OutputQueue();

	@Test
	void anArrayIsThePayloadItself() {
		byte[] bytes = { 1, 2, 3 };
		Payload payload = Payload.of(bytes);
		assertThat(payload.toByteArray()).isSameAs(bytes);
		assertThat(payload.size()).isEqualTo(3);
		assertThat(payload.held()).isEqualTo(3);
		this.pool.takeBack(payload);
		assertThat(payload.toByteArray()).as("after the return of the service").isSameAs(bytes);
	}

	@Test
	void anArrayOfTheSizeOfAChunkNeverServesAnotherMessage() {
		Payload payload = Payload.of(new byte[CHUNK]);
		this.output.add(payload);
		this.pool.takeBack(payload);
		this.output.advance(CHUNK);
		assertThat(this.pool.held()).isZero();
	}

	@Test
	void chunksAreJoinedOnceAndTheirArrayIsTheCallers() {
		Payload payload = payload(1);
		byte[] joined = payload.toByteArray();
		assertThat(joined).isEqualTo(bytes(1)).isSameAs(payload.toByteArray());
		this.pool.takeBack(payload);
		assertThat(this.pool.held()).as("chunks that serve another message").isZero();
		assertThat(payload.toByteArray()).isSameAs(joined);
	}

	@Test
	void aMessageThatIsNoReplyGivesItsChunksBackWhenTheServiceReturns() {
		this.pool.takeBack(payload(1));
		assertThat(this.pool.held()).isEqualTo(4L * CHUNK);
	}

	@Test
	void aReplyGivesEachChunkBackWhenItIsWritten() {
		Payload payload = payload(1);
		this.output.add(payload);
		this.pool.takeBack(payload);
		assertThat(this.pool.held()).isZero();
		this.output.advance(2 * CHUNK - 1);
		assertThat(this.pool.held()).as("after a byte less than two chunks").isZero();
		this.output.advance(1);
		assertThat(this.pool.held()).isEqualTo(CHUNK);
		this.output.clear();
		assertThat(this.pool.held()).as("after the connection has ended").isEqualTo(4L * CHUNK);
	}

	@Test
	void aChunkThatIsWrittenBeforeTheServiceReturnsServesNoOtherMessage() {
		Payload payload = payload(1);
		this.output.add(payload);
		this.output.advance(3 * CHUNK);
		assertThat(payload.toByteArray()).isEqualTo(bytes(1));
		this.pool.takeBack(payload);
		this.output.advance(SIZE - 3 * CHUNK);
		assertThat(this.output.isEmpty()).isTrue();
		assertThat(this.pool.held()).isZero();
	}

	@Test
	void whatAServiceKeepsHasNoBytesAfterItsReturn() {
		Payload kept = payload(1);
		this.pool.takeBack(kept);
		Payload next = payload(2);
		assertGone(kept);
		assertThat(next.toByteArray()).isEqualTo(bytes(2));
	}

	@Test
	void whatAServiceKeepsIsNotWrittenAsAnotherReply() {
		Payload kept = payload(1);
		this.output.add(kept);
		this.pool.takeBack(kept);
		OutputQueue other = new OutputQueue();
		assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> other.add(kept));
		assertThat(other.isEmpty()).isTrue();
		assertThat(rest(this.output)).isEqualTo(bytes(1));
	}

	@Test
	void aPayloadThatTwoOutputsWriteServesNoOtherMessage() {
		Payload payload = payload(1);
		OutputQueue other = new OutputQueue();
		this.output.add(payload);
		other.add(payload);
		this.pool.takeBack(payload);
		assertThat(rest(this.output)).isEqualTo(bytes(1));
		assertThat(this.pool.held()).isZero();
		payload(2);
		assertThat(rest(other)).isEqualTo(bytes(1));
	}

	@Test
	void whatAServiceHasJoinedIsWrittenAsItWas() {
		Payload payload = payload(1);
		this.output.add(payload);
		byte[] joined = payload.toByteArray();
		Arrays.fill(joined, (byte) 0);
		this.pool.takeBack(payload);
		assertThat(rest(this.output)).isEqualTo(bytes(1));
	}

	@Test
	void theNextMessageUsesChunksAgainAndIsTheSame() {
		for (int seed = 1; seed < 20; seed++) {
			Payload payload = payload(seed);
			this.output.add(payload);
			this.pool.takeBack(payload);
			assertThat(rest(this.output)).as("seed %d", seed).isEqualTo(bytes(seed));
			assertThat(this.pool.held()).isEqualTo(4L * CHUNK);
		}
	}

	@Test
	void thePlaceForBytesThatDoNotComeGoesBack() {
		PayloadBuilder builder = new PayloadBuilder(SIZE);
		builder.takeChunksFrom(this.pool);
		byte[] bytes = bytes(1);
		builder.append(ByteBuffer.wrap(bytes), 2 * CHUNK);
		assertThat(builder.room()).isZero();
		assertThat(builder.place(CHUNK)).isNotNull();
		assertThat(builder.held()).isEqualTo(3 * CHUNK);
		Payload payload = builder.take();
		assertThat(payload.held()).isEqualTo(2 * CHUNK);
		assertThat(payload.toByteArray()).isEqualTo(Arrays.copyOf(bytes, 2 * CHUNK));
		assertThat(this.pool.held()).isEqualTo(CHUNK);
	}

	@Test
	void aPayloadDoesNotPrintItsBytes() {
		assertThat(Payload.of(new byte[] { 65, 66 })).hasToString("Payload of 2 bytes");
	}

	private static void assertGone(Payload payload) {
		assertThatExceptionOfType(IllegalStateException.class).isThrownBy(payload::toByteArray)
			.withMessage("The " + SIZE + " bytes of the message are gone: its service has returned");
	}

	/** Return a message that has come in pieces, the large ones read to their place. */
	private Payload payload(int seed) {
		PayloadBuilder builder = new PayloadBuilder(SIZE);
		builder.takeChunksFrom(this.pool);
		ByteBuffer bytes = ByteBuffer.wrap(bytes(seed));
		Random random = new Random(seed);
		while (bytes.hasRemaining()) {
			int count = 1 + random.nextInt(Math.min(bytes.remaining(), CHUNK));
			ByteBuffer place = builder.place(count);
			if (place != null) {
				count = Math.min(count, place.remaining());
				place.put(bytes.slice().limit(count)).flip();
				bytes.position(bytes.position() + count);
				builder.append(place, count);
			}
			else {
				count = Math.min(count, (builder.room() > 0) ? builder.room() : builder.growth());
				builder.append(bytes, count);
			}
		}
		return builder.take();
	}

	private static byte[] bytes(int seed) {
		byte[] bytes = new byte[SIZE];
		new Random(seed).nextBytes(bytes);
		return bytes;
	}

	private static byte[] rest(OutputQueue output) {
		ByteBuffer all = ByteBuffer.allocate(SIZE);
		ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
		while (!output.isEmpty()) {
			ByteBuffer slice = output.next(buffer.clear());
			int count = slice.remaining();
			all.put(slice);
			output.advance(count);
		}
		return all.array();
	}

}
