package io.tcpecho.tls;

import java.io.IOException;
import java.nio.ByteBuffer;

import io.tcpecho.testing.PlainWire;
import io.tcpecho.wire.Wire;

/**
 * Two wires that are the ends of one connection, without a socket: what one writes, the
 * other reads, as many bytes at a time as a test says.
 */
final class MemoryLink {

	private final Direction there;

	private final Direction back;

	private MemoryLink(int capacity, int mostInARead) {
		this.there = new Direction(capacity, mostInARead);
		this.back = new Direction(capacity, mostInARead);
	}

	/**
	 * Create a link.
	 * @param capacity so many bytes are under way at most
	 * @param mostInARead so many bytes one read brings at most
	 */
	static MemoryLink of(int capacity, int mostInARead) {
		return new MemoryLink(capacity, mostInARead);
	}

	Wire client() {
		return new End(this.back, this.there);
	}

	Wire server() {
		return new End(this.there, this.back);
	}

	/** Return the bytes on their way to the server. */
	Direction toServer() {
		return this.there;
	}

	/** Return how many bytes were written and read so far, both ways. */
	long moved() {
		return this.there.moved() + this.back.moved();
	}

	/** Return the bytes on their way to the client. */
	Direction toClient() {
		return this.back;
	}

	/** One direction. */
	static final class Direction {

		private final int mostInARead;

		private final ByteBuffer bytes;

		private boolean fin;

		private long moved;

		Direction(int capacity, int mostInARead) {
			this.bytes = ByteBuffer.allocate(capacity).flip();
			this.mostInARead = mostInARead;
		}

		void fin() {
			this.fin = true;
		}

		/** Return how many bytes were written and read so far. */
		long moved() {
			return this.moved;
		}

		boolean isEmpty() {
			return !this.bytes.hasRemaining();
		}

		/** Take all bytes that are under way. */
		byte[] take() {
			byte[] taken = new byte[this.bytes.remaining()];
			this.bytes.get(taken);
			return taken;
		}

		/** Put bytes under way. */
		void put(byte[] more) {
			write(ByteBuffer.wrap(more));
		}

		private int write(ByteBuffer source) {
			this.bytes.compact();
			int count = Math.min(source.remaining(), this.bytes.remaining());
			this.bytes.put(source.slice().limit(count)).flip();
			source.position(source.position() + count);
			this.moved += count;
			return count;
		}

		private int read(ByteBuffer target) {
			int count = Math.min(this.mostInARead, Math.min(target.remaining(), this.bytes.remaining()));
			if (count == 0) {
				return this.fin ? -1 : 0;
			}
			target.put(this.bytes.slice().limit(count));
			this.bytes.position(this.bytes.position() + count);
			this.moved += count;
			return count;
		}

	}

	private record End(Direction in, Direction out) implements PlainWire {

		@Override
		public int read(ByteBuffer target) throws IOException {
			return this.in.read(target);
		}

		@Override
		public int write(ByteBuffer source) {
			return this.out.write(source);
		}

		@Override
		public void expired() {
			throw new UnsupportedOperationException();
		}

	}

}
