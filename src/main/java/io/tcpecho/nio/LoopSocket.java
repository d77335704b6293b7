package io.tcpecho.nio;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;

import javax.net.ssl.SSLSession;

import io.tcpecho.connection.ConnectionDetails;
import io.tcpecho.connection.Outcome;
import io.tcpecho.limits.OutOfMemory;
import io.tcpecho.payload.OutputQueue;
import io.tcpecho.wire.HoldClock;
import io.tcpecho.wire.SocketWire;
import io.tcpecho.wire.Wire;
import io.tcpecho.wire.WireException;
import org.jspecify.annotations.Nullable;

/**
 * A non-blocking socket on an event loop, with the wire that its bytes pass through and
 * the output that it has still to take. Each connection has one, and decides what to read
 * and write.
 *
 * <p>
 * It runs on its loop's thread. Any thread may ask for the counters and the addresses.
 *
 * <p>
 * SO_LINGER is 0 from the first moment, so every close of the socket, also by the end of
 * a killed process, resets the connection; only {@link #disarmReset()} lets a close send
 * FIN.
 *
 * <p>
 * Waiting: {@link #interest} is the one place that selects events. While the wire holds
 * the connection back, the peer's deadlines stand still: the sweep moves them by that
 * time and judges none.
 */
public final class LoopSocket implements EventLoop.Swept {

	private static final int NOT_SWEPT = -1;

	private static final int SMALL_SLICE_IN_BYTES = 64 * 1024;

	private final EventLoop loop;

	private final SocketChannel channel;

	private final InetSocketAddress peer;

	private final User user;

	/** The layers, or the bare socket once they are left out. */
	private Wire wire;

	/** The outermost layer: it knows how the connection ended, also once left out. */
	private final Wire layered;

	private final OutputQueue output = new OutputQueue();

	private final long openedAt;

	private @Nullable SelectionKey key;

	private int interest;

	/** The place among the members that the loop sweeps. */
	private int index = NOT_SWEPT;

	/** Whether the wire has bytes of its own that the socket has not taken. */
	private boolean wirePending;

	private boolean turnPosted;

	/** Null if no layer stands on the socket: then nothing holds the connection back. */
	private final @Nullable LayerHost host;

	/** The number of bytes that the next write offers to the socket. */
	private int slice = SMALL_SLICE_IN_BYTES;

	/** This and the fields below are written by the loop only. */
	private volatile boolean closed;

	private volatile long bytesIn;

	private volatile long bytesOut;

	private volatile long lastActiveAt;

	/**
	 * Take over a socket, on the loop's thread.
	 * @param id the id of an accepted connection, empty for a client's
	 * @param layers the layers that bytes pass through, the innermost first
	 */
	LoopSocket(EventLoop loop, SocketChannel channel, InetSocketAddress peer, String id, List<Wire.Layer> layers,
			User user) {
		this.loop = loop;
		this.channel = channel;
		this.peer = peer;
		this.user = user;
		this.openedAt = loop.refreshNow();
		this.lastActiveAt = this.openedAt;
		LayerHost layerHost = new LayerHost(loop, this, id);
		Wire top = new SocketWire(channel);
		for (Wire.Layer layer : layers) {
			top = layer.on(top, layerHost);
		}
		this.wire = top;
		this.layered = top;
		// A layer that has nothing to do for this connection leaves the wire as it is.
		this.host = (top instanceof SocketWire) ? null : layerHost;
	}

	/** Begin to sweep the connection's deadlines. */
	void join() {
		this.loop.join(this);
	}

	// Event loop callbacks

	@Override
	public void ready(int readyOps) throws IOException {
		this.user.ready(readyOps);
	}

	@Override
	public void failed(Throwable failure) {
		this.user.failed(failure);
	}

	@Override
	public void sweep() throws IOException {
		HoldClock clock = (this.host != null) ? this.host.holdClock() : null;
		long held = (clock != null) ? clock.take(this.loop.now()) : 0;
		if (held > 0) {
			this.user.postpone(held);
		}
		if (clock == null || !clock.isHeld()) {
			this.user.sweep();
		}
	}

	@Override
	public void loopEnds() {
		this.user.loopEnds();
	}

	@Override
	public int index() {
		return this.index;
	}

	@Override
	public void index(int index) {
		this.index = index;
	}

	// Turns

	/** Let the connection take a turn outside the loop's own calls. */
	void continueTurn() {
		attempt(this.user::turn);
	}

	/**
	 * Run an action outside the loop's own calls; an exception that it throws fails the
	 * connection.
	 */
	public void attempt(Step step) {
		try {
			step.run();
		}
		catch (Throwable ex) {
			OutOfMemory.exitIfCauseOf(ex);
			this.user.failed(ex);
		}
	}

	/** Take another turn in the next pass of the loop, once. */
	void postTurn() {
		if (!this.turnPosted) {
			this.turnPosted = true;
			post(() -> {
				this.turnPosted = false;
				continueTurn();
			});
		}
	}

	/** Return whether a turn is posted for the next pass of the loop. */
	boolean isTurnPosted() {
		return this.turnPosted;
	}

	/** Run a task on the loop; without effect if that has ended. Any thread. */
	public void post(Runnable task) {
		try {
			this.loop.execute(task);
		}
		catch (RejectedExecutionException ex) {
			// Every connection of the loop has been closed.
		}
	}

	/** Wait for these events, and register with the selector first if need be. */
	void interest(int wanted) throws IOException {
		int ops = (this.host != null) ? askWire(wanted, this.host) : wanted;
		if (ops != this.interest) {
			if (this.key == null) {
				this.key = this.loop.register(this.channel, ops, this);
			}
			else {
				this.key.interestOps(ops);
			}
			this.interest = ops;
		}
	}

	private int askWire(int wanted, LayerHost host) {
		// Connecting is the socket's: the wire begins with an established connection.
		boolean asksWire = wanted != SelectionKey.OP_CONNECT && wanted != 0;
		int ops = !asksWire ? wanted : host.isOffloaded() ? 0 : this.wire.interest(wanted);
		host.holdClock().hold(wanted != 0 && ops == 0, this.loop.now());
		return ops;
	}

	/** Return whether another thread works for a layer. */
	boolean isOffloaded() {
		return this.host != null && this.host.isOffloaded();
	}

	// Bytes

	/**
	 * Read what the peer has sent, as much as the buffer takes.
	 * @return the number of bytes, -1 after the peer's last byte
	 */
	int receive(ByteBuffer in) throws IOException {
		if (isOffloaded()) {
			return 0;
		}
		int count = this.wire.read(in);
		if (count > 0) {
			this.bytesIn += count;
			this.lastActiveAt = this.loop.now();
		}
		return count;
	}

	/**
	 * Return whether all has come that layers expect before the first byte of the peer's
	 * application.
	 */
	boolean isEstablished() {
		return !isOffloaded() && this.wire.isEstablished();
	}

	/**
	 * Return whether no byte of the peer's application can have come: layers still wait
	 * for what they expect before it.
	 */
	boolean isBeforeFirstByte() {
		return this.bytesIn == 0 && !isEstablished();
	}

	/**
	 * Tell the wire that the peer's next byte has not come in time: a layer that waits
	 * for bytes of its own ends the connection then.
	 */
	void expire() throws WireException {
		this.wire.expired();
	}

	/** Return whether bytes of the peer are at hand that no event will tell of. */
	boolean holdsInput() {
		return !isOffloaded() && this.wire.holdsInput();
	}

	/**
	 * Write the next slice of the output, and the bytes that the wire has kept back.
	 * @return the number of bytes of the output that were taken
	 */
	int transmit() throws IOException {
		if (isOffloaded()) {
			return 0;
		}
		int count = this.output.isEmpty() ? 0 : writeSlice();
		flush();
		return count;
	}

	/**
	 * Hand to the socket the bytes that the wire has kept back, or those that it sends
	 * first.
	 */
	void flush() throws IOException {
		if (!isOffloaded()) {
			this.wirePending = !this.wire.flush();
		}
	}

	private int writeSlice() throws IOException {
		ByteBuffer slice = this.output.next(this.loop.buffer().limit(this.slice));
		int count = this.wire.write(slice);
		// A slow reader's socket takes little at a time: the rest is copied in vain.
		this.slice = slice.hasRemaining() ? SMALL_SLICE_IN_BYTES : EventLoop.BUFFER_SIZE_IN_BYTES;
		if (count > 0) {
			this.output.advance(count);
			this.bytesOut += count;
			this.lastActiveAt = this.loop.now();
		}
		return count;
	}

	/** Return whether the socket has taken all output, that of the wire included. */
	boolean isWritten() {
		return this.output.isEmpty() && !this.wirePending;
	}

	/**
	 * Return whether the peer has still to take output. What a layer sends after its
	 * handshake, such as a greeting, waits for bytes of the peer until then.
	 */
	boolean isBlocked() {
		return !isWritten() && isEstablished();
	}

	/**
	 * Let the wire announce the end of the output; the caller sends FIN.
	 * @return whether the socket has taken all of it
	 */
	boolean endOutput() throws IOException {
		boolean ended = !isOffloaded() && this.wire.endOutput();
		this.wirePending = !ended;
		return ended;
	}

	/** Return whether FIN follows at once what the wire says at the end of the output. */
	boolean isEndedByFin() {
		return this.wire.isEndedByFin();
	}

	// The end

	/**
	 * Leave the layers out from now on: what is read and waited for is the socket's. What
	 * they hold is dropped, and the output, too.
	 */
	void leaveOutLayers() {
		this.output.clear();
		this.wirePending = false;
		this.wire = new SocketWire(this.channel);
	}

	/** Let a close send FIN. */
	void disarmReset() {
		try {
			this.channel.setOption(StandardSocketOptions.SO_LINGER, -1);
		}
		catch (IOException ex) {
			// The peer has reset the connection already.
		}
	}

	/**
	 * Close the socket: with RST, unless that is disarmed.
	 * @return whether it was open
	 */
	boolean close() {
		if (this.closed) {
			return false;
		}
		this.closed = true;
		if (this.index != NOT_SWEPT) {
			this.loop.leave(this);
		}
		this.output.clear();
		try {
			this.channel.close();
		}
		catch (IOException ex) {
			// The descriptor is released all the same.
		}
		return true;
	}

	// Its parts and its data

	/** Return whether it is open; any thread. */
	public boolean isOpen() {
		return !this.closed;
	}

	/** Return its channel. */
	public SocketChannel channel() {
		return this.channel;
	}

	OutputQueue output() {
		return this.output;
	}

	/** Return the other side's address, as the socket has it. */
	public InetSocketAddress peer() {
		return this.peer;
	}

	/** Return the address of this side, null once it is closed. */
	public @Nullable InetSocketAddress localAddress() {
		try {
			// The socket's own getter would ask the system again.
			return (InetSocketAddress) this.channel.getLocalAddress();
		}
		catch (IOException ex) {
			return null;
		}
	}

	/** Return the bytes of memory that the wire holds. */
	int held() {
		return this.wire.held();
	}

	/** Return how the connection has ended, in the words of the wire. */
	Outcome outcome(Outcome ending) {
		return this.layered.outcome(ending);
	}

	/** Return the bytes read so far, framing included. */
	public long bytesIn() {
		return this.bytesIn;
	}

	/** Return the bytes that the socket took so far, framing included. */
	public long bytesOut() {
		return this.bytesOut;
	}

	/**
	 * Prepare to wait until the peer has taken what is in the send buffer, which a reset
	 * would empty. There is no event for that; but with the smallest send buffer OP_WRITE
	 * fires only once hardly anything is left in it.
	 * @return whether anything may be in it; a layer may have sent bytes of its own
	 */
	boolean beginDelivery() {
		// A layer may wait for the peer where only the socket matters.
		leaveOutLayers();
		try {
			this.channel.setOption(StandardSocketOptions.SO_SNDBUF, 1);
			return this.bytesOut > 0 || this.host != null;
		}
		catch (IOException ex) {
			// The peer has reset the connection already.
			return false;
		}
	}

	/** Return the {@link System#nanoTime()} at which it was opened. */
	public long openedAt() {
		return this.openedAt;
	}

	/** Return the {@link System#nanoTime()} of the last byte in either direction. */
	public long lastActiveAt() {
		return this.lastActiveAt;
	}

	/** Return the session of the layer that encrypts the connection, if there is one. */
	public @Nullable SSLSession sslSession() {
		return (this.host != null) ? this.host.sslSession() : null;
	}

	/** Return what the layers have learnt so far. */
	public ConnectionDetails details() {
		return (this.host != null) ? this.host.details() : ConnectionDetails.NONE;
	}

	/** Return the connection that this is the socket of. */
	public User user() {
		return this.user;
	}

	/** The connection that a socket belongs to. Called on the loop's thread. */
	interface User {

		/** Do what can be done now. */
		void turn() throws IOException;

		/** Serve the events that the socket is ready for. */
		void ready(int readyOps) throws IOException;

		/** Handle an exception that another method has thrown. */
		void failed(Throwable cause);

		/** Judge the deadlines. */
		void sweep() throws IOException;

		/** Extend the peer's deadlines: the wire held the connection back for so long. */
		void postpone(long nanos);

		/**
		 * A layer has learnt the peer's real address.
		 * @throws WireException if that address has too many connections
		 */
		void peerNamed(InetSocketAddress peer) throws WireException;

		/** Release everything, because the loop ends. */
		void loopEnds();

	}

	/** An action that may fail a connection. */
	public interface Step {

		void run() throws IOException;

	}

}
