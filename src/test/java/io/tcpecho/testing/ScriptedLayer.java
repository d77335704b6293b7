package io.tcpecho.testing;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import io.tcpecho.wire.Layered;
import io.tcpecho.wire.Wire;
import io.tcpecho.wire.WireException;
import org.jspecify.annotations.Nullable;

/**
 * A layer that does what a test tells it, in the way that real ones do: it keeps bytes
 * back, holds input, stalls, ends the connection, selects for the other event, hands slow
 * work to another thread, sends bytes first and last, and names the peer. Without a word
 * of the test it changes nothing.
 */
public final class ScriptedLayer implements Wire.Layer {

	private byte[] greeting = {};

	private byte[] farewell = {};

	private int stepInBytes = Integer.MAX_VALUE;

	private int inputBufferInBytes;

	private int held;

	private @Nullable Duration stall;

	private @Nullable WireException endAtRead;

	private @Nullable RuntimeException defectAtRead;

	private @Nullable Supplier<InetSocketAddress> peer;

	private int swallow;

	private @Nullable Runnable slow;

	private boolean readsByWriting;

	private final AtomicInteger turnsOfOtherEvent = new AtomicInteger();

	private final CountDownLatch stalled = new CountDownLatch(1);

	/** Send these bytes before anything else. */
	public ScriptedLayer greets(byte[] greeting) {
		this.greeting = greeting;
		return this;
	}

	/** Send these bytes as the last ones, before FIN. */
	public ScriptedLayer endsOutputWith(byte[] farewell) {
		this.farewell = farewell;
		return this;
	}

	/**
	 * Take all that is written, and hand so many bytes to the socket in each flush, each
	 * in a turn of its own.
	 */
	public ScriptedLayer keepsBack(int stepInBytes) {
		this.stepInBytes = stepInBytes;
		return this;
	}

	/** Read so many bytes from the socket at once, whatever the connection asks for. */
	public ScriptedLayer holdsInput(int inputBufferInBytes) {
		this.inputBufferInBytes = inputBufferInBytes;
		return this;
	}

	/** Say that it holds so many bytes of memory. */
	public ScriptedLayer holdsMemory(int held) {
		this.held = held;
		return this;
	}

	/** Hold the connection back for so long, from its first read on. */
	public ScriptedLayer stalls(Duration stall) {
		this.stall = stall;
		return this;
	}

	/** End the connection when it first has bytes to read. */
	public ScriptedLayer endsAtRead(WireException endAtRead) {
		this.endAtRead = endAtRead;
		return this;
	}

	/** Fail as a layer with a defect does, when it first has bytes to read. */
	public ScriptedLayer failsAtRead(RuntimeException defectAtRead) {
		this.defectAtRead = defectAtRead;
		return this;
	}

	/**
	 * Keep the first bytes of the peer for itself, as a header, and take nothing on the
	 * way to the peer before they have come.
	 */
	public ScriptedLayer swallows(int bytes) {
		this.swallow = bytes;
		return this;
	}

	/** Name the peer of each connection when it first reads. */
	public ScriptedLayer names(Supplier<InetSocketAddress> peer) {
		this.peer = peer;
		return this;
	}

	/** Run this on another thread before the first read. */
	public ScriptedLayer offloads(Runnable slow) {
		this.slow = slow;
		return this;
	}

	/** Before the first byte can be read, wait until the socket can be written. */
	public ScriptedLayer readsByWriting() {
		this.readsByWriting = true;
		return this;
	}

	/** Return how often the connection waited to write when it wanted to read. */
	public int turnsOfOtherEvent() {
		return this.turnsOfOtherEvent.get();
	}

	/** Wait until a connection is held back. */
	public void awaitStalled() throws InterruptedException {
		this.stalled.await();
	}

	@Override
	public boolean namesPeer() {
		return this.peer != null;
	}

	@Override
	public Wire on(Wire below, Wire.Host host) {
		return new ScriptedWire(below, host);
	}

	private final class ScriptedWire extends Layered {

		private final Wire.Host host;

		private final Deque<ByteBuffer> kept = new ArrayDeque<>();

		private final ByteBuffer input = ByteBuffer.allocate(Math.max(1, ScriptedLayer.this.inputBufferInBytes)).flip();

		private int toSwallow = ScriptedLayer.this.swallow;

		private boolean begun;

		private boolean ended;

		private boolean inputEnded;

		private boolean waitsToWrite;

		private boolean wrote;

		private long stalledUntil;

		private boolean stalling;

		ScriptedWire(Wire below, Wire.Host host) {
			super(below);
			this.host = host;
			keep(ScriptedLayer.this.greeting);
		}

		private void keep(byte[] bytes) {
			if (bytes.length > 0) {
				this.kept.add(ByteBuffer.wrap(bytes));
			}
		}

		@Override
		public int read(ByteBuffer target) throws IOException {
			if (!this.begun) {
				begin();
			}
			if (isStalling() || needsToWriteFirst()) {
				return 0;
			}
			int count = (ScriptedLayer.this.inputBufferInBytes > 0) ? readThroughBuffer(target)
					: readBehindHeader(target);
			if (count > 0 && ScriptedLayer.this.endAtRead != null) {
				throw ScriptedLayer.this.endAtRead;
			}
			if (count > 0 && ScriptedLayer.this.defectAtRead != null) {
				throw ScriptedLayer.this.defectAtRead;
			}
			return count;
		}

		private int readBehindHeader(ByteBuffer target) throws IOException {
			int count = swallow();
			return (this.toSwallow > 0) ? count : super.read(target);
		}

		/** Read the rest of the header, as far as it has come. */
		private int swallow() throws IOException {
			int count = 1;
			while (this.toSwallow > 0 && count > 0) {
				count = super.read(ByteBuffer.allocate(this.toSwallow));
				this.toSwallow -= Math.max(0, count);
			}
			return count;
		}

		@Override
		public boolean isEstablished() {
			return this.toSwallow == 0 && super.isEstablished();
		}

		private void begin() throws IOException {
			this.begun = true;
			if (ScriptedLayer.this.peer != null) {
				this.host.peer(ScriptedLayer.this.peer.get());
			}
			if (ScriptedLayer.this.slow != null) {
				this.host.offload((task) -> new Thread(task, "tcp-echo-slow").start(), ScriptedLayer.this.slow);
			}
			if (ScriptedLayer.this.stall != null) {
				this.stalling = true;
				this.stalledUntil = this.host.now() + ScriptedLayer.this.stall.toNanos();
				this.host.turnAfter(ScriptedLayer.this.stall.toNanos());
				ScriptedLayer.this.stalled.countDown();
			}
		}

		/**
		 * Let one read find nothing, and the socket's next event be that it can be
		 * written.
		 */
		private boolean needsToWriteFirst() {
			if (!ScriptedLayer.this.readsByWriting || this.wrote) {
				return false;
			}
			this.wrote = this.waitsToWrite;
			this.waitsToWrite = !this.wrote;
			return this.waitsToWrite;
		}

		private boolean isStalling() {
			this.stalling = this.stalling && this.host.now() - this.stalledUntil < 0;
			return this.stalling;
		}

		private int readThroughBuffer(ByteBuffer target) throws IOException {
			int count = 0;
			while (target.hasRemaining()) {
				if (!this.input.hasRemaining() && !fillInput()) {
					break;
				}
				int part = Math.min(target.remaining(), this.input.remaining());
				target.put(this.input.slice().limit(part));
				this.input.position(this.input.position() + part);
				count += part;
			}
			return (count == 0 && this.inputEnded) ? -1 : count;
		}

		private boolean fillInput() throws IOException {
			this.inputEnded |= super.read(this.input.clear()) < 0;
			return this.input.flip().hasRemaining();
		}

		@Override
		public boolean holdsInput() {
			return !isStalling() && this.input.hasRemaining();
		}

		@Override
		public int write(ByteBuffer source) throws IOException {
			swallow();
			if (this.toSwallow > 0) {
				return 0;
			}
			if (ScriptedLayer.this.stepInBytes == Integer.MAX_VALUE && this.kept.isEmpty()) {
				return super.write(source);
			}
			int count = source.remaining();
			this.kept.add(ByteBuffer.allocate(count).put(source).flip());
			return count;
		}

		@Override
		public boolean flush() throws IOException {
			int step = ScriptedLayer.this.stepInBytes;
			ByteBuffer first;
			while (step > 0 && (first = this.kept.peek()) != null) {
				ByteBuffer slice = first.slice().limit(Math.min(step, first.remaining()));
				int count = super.write(slice);
				first.position(first.position() + count);
				step -= count;
				if (!first.hasRemaining()) {
					this.kept.remove();
				}
				else if (count == 0) {
					break;
				}
			}
			return this.kept.isEmpty() && super.flush();
		}

		@Override
		public boolean endOutput() throws IOException {
			if (!this.ended) {
				this.ended = true;
				keep(ScriptedLayer.this.farewell);
			}
			return (flush() || !super.isEstablished()) && super.endOutput();
		}

		@Override
		public int interest(int wanted) {
			if (isStalling()) {
				return 0;
			}
			if (this.waitsToWrite) {
				ScriptedLayer.this.turnsOfOtherEvent.incrementAndGet();
				return SelectionKey.OP_WRITE;
			}
			return super.interest(wanted);
		}

		@Override
		public int held() {
			return ScriptedLayer.this.held;
		}

	}

}
