package io.tcpecho.probe;

import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.List;

import io.tcpecho.nio.Failure;
import io.tcpecho.connection.KernelSocket;
import io.tcpecho.nio.NioClientConnection;
import io.tcpecho.probe.Evidence.Ending;
import io.tcpecho.probe.Evidence.Route;
import io.tcpecho.probe.Evidence.Setup;
import io.tcpecho.probe.Evidence.Times;
import io.tcpecho.probe.Evidence.Traffic;
import org.jspecify.annotations.Nullable;

/**
 * The notes of one exchange while it runs, of which its {@link Evidence} is made. On the
 * loop's thread only.
 */
final class Recorder {

	private final long beganAt;

	private @Nullable InetSocketAddress peer;

	private @Nullable InetSocketAddress local;

	private boolean reused;

	private long connected = Evidence.UNKNOWN;

	private long firstSent = Evidence.UNKNOWN;

	private long lastSent = Evidence.UNKNOWN;

	private long finSent = Evidence.UNKNOWN;

	private long firstReceived = Evidence.UNKNOWN;

	private long lastReceived = Evidence.UNKNOWN;

	private long peerFin = Evidence.UNKNOWN;

	private long peerReset = Evidence.UNKNOWN;

	private long ended = Evidence.UNKNOWN;

	private boolean timedOut;

	private @Nullable KernelSocket kernel;

	private @Nullable Instead instead;

	/**
	 * Begin to take notes.
	 * @param beganAt the {@link System#nanoTime()} from which times count
	 */
	Recorder(long beganAt) {
		this.beganAt = beganAt;
	}

	private long now() {
		return Math.max(0, System.nanoTime() - this.beganAt);
	}

	void to(InetSocketAddress peer) {
		this.peer = peer;
	}

	void connected(NioClientConnection connection, boolean reused) {
		this.peer = connection.peer();
		this.local = connection.localAddress();
		this.reused = reused;
		this.connected = now();
	}

	void sent() {
		this.lastSent = now();
		if (this.firstSent == Evidence.UNKNOWN) {
			this.firstSent = this.lastSent;
		}
	}

	void finSent() {
		this.finSent = now();
	}

	void received() {
		this.lastReceived = now();
		if (this.firstReceived == Evidence.UNKNOWN) {
			this.firstReceived = this.lastReceived;
		}
	}

	void instead(Instead instead) {
		this.instead = instead;
	}

	void finReceived() {
		this.peerFin = now();
	}

	void reset() {
		this.peerReset = now();
	}

	void timedOut() {
		this.timedOut = true;
	}

	/** The connection has ended for a reason that the way in knows. */
	void failed(Failure kind) {
		if (kind == Failure.RESET) {
			reset();
		}
		else if (kind == Failure.TIMEOUT) {
			timedOut();
		}
	}

	void ended() {
		this.ended = now();
	}

	/** Note what the kernel says about the socket, which is still open. */
	void askKernel() {
		this.kernel = kernelSocket();
	}

	/** Return what the kernel says now about the socket, null if nothing. */
	@Nullable KernelSocket kernelSocket() {
		return (this.local != null && this.peer != null) ? KernelSocket.find(this.local, this.peer) : null;
	}

	/** Return whether the exchange has a connection. */
	boolean isConnected() {
		return this.connected != Evidence.UNKNOWN;
	}

	/** Return whether the connection had carried another exchange before. */
	boolean isReused() {
		return this.reused;
	}

	/** Return whether our FIN was handed to the kernel. */
	boolean isFinSent() {
		return this.finSent != Evidence.UNKNOWN;
	}

	/** Return when the first byte came; {@link Evidence#UNKNOWN} if none did. */
	long firstReceived() {
		return this.firstReceived;
	}

	/** Return how much of the message has moved so far, and is known to have arrived. */
	Progress progress(long sent, long received, @Nullable KernelSocket socket) {
		long waiting = (socket == null) ? 0 : socket.unacknowledged();
		// FIN is acknowledged after all bytes.
		long bytesWaiting = (waiting > 0 && isFinSent()) ? waiting - 1 : waiting;
		return new Progress(now(), (socket == null) ? Evidence.UNKNOWN : Math.max(0, sent - bytesWaiting), sent,
				this.lastSent, received, this.lastReceived);
	}

	/** Return the progress up to the end. */
	Progress progress(long sent, long received) {
		return progress(sent, received, this.kernel);
	}

	/**
	 * Return what the notes say.
	 * @param endsLine whether the bytes that came end with a line feed
	 * @param motion how fast bytes moved at the end, null if that is not known
	 */
	Evidence evidence(Setup setup, long sent, long received, boolean endsLine, @Nullable Motion motion) {
		return new Evidence(setup,
				new Route(this.peer, List.of(), this.local, Instant.now().minusNanos(now()), this.reused),
				new Times(Evidence.UNKNOWN, this.connected, this.firstSent, this.lastSent, this.finSent,
						this.firstReceived, this.lastReceived, this.peerFin, this.peerReset, this.ended),
				new Traffic(sent, received, (this.kernel != null) ? this.kernel.unacknowledged() : Evidence.UNKNOWN,
						(this.kernel != null) ? this.kernel.retransmissions() : Evidence.UNKNOWN,
						(motion != null) ? motion.sendRate() : Evidence.UNKNOWN,
						(motion != null) ? motion.receiveRate() : Evidence.UNKNOWN, endsLine),
				ending(), this.instead);
	}

	private Ending ending() {
		boolean beforeFirstByte = this.firstSent == Evidence.UNKNOWN && !isFinSent();
		if (this.peerReset != Evidence.UNKNOWN && this.peerFin == Evidence.UNKNOWN) {
			return beforeFirstByte ? Ending.RESET_BEFORE_FIRST_BYTE : Ending.RESET;
		}
		if (!isConnected()) {
			return Ending.NO_CONNECTION;
		}
		if (this.peerFin != Evidence.UNKNOWN) {
			return beforeFirstByte ? Ending.FIN_BEFORE_FIRST_BYTE : Ending.FIN;
		}
		return this.timedOut ? Ending.TIMEOUT : Ending.OURS;
	}

}
