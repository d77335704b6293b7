package io.tcpecho.probe;

import java.net.InetSocketAddress;
import java.util.List;

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

	private boolean reused;

	private long connected = Evidence.UNKNOWN;

	private long firstSent = Evidence.UNKNOWN;

	private long lastSent = Evidence.UNKNOWN;

	private long finSent = Evidence.UNKNOWN;

	private long firstReceived = Evidence.UNKNOWN;

	private long lastReceived = Evidence.UNKNOWN;

	private long peerFin = Evidence.UNKNOWN;

	private long peerReset = Evidence.UNKNOWN;

	private boolean timedOut;

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

	void connected(boolean reused) {
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

	/** Return what the notes say. */
	Evidence evidence(Setup setup, long sent, long received) {
		return new Evidence(setup, new Route(this.peer, List.of(), null, null, this.reused),
				new Times(Evidence.UNKNOWN, this.connected, this.firstSent, this.lastSent, this.finSent,
						this.firstReceived, this.lastReceived, this.peerFin, this.peerReset, now()),
				new Traffic(sent, received, Evidence.UNKNOWN, Evidence.UNKNOWN, Evidence.UNKNOWN, Evidence.UNKNOWN),
				ending(), this.instead);
	}

	private Ending ending() {
		if (this.connected == Evidence.UNKNOWN) {
			return Ending.NO_CONNECTION;
		}
		if (this.peerReset != Evidence.UNKNOWN) {
			return Ending.RESET;
		}
		return (this.peerFin != Evidence.UNKNOWN) ? Ending.FIN : this.timedOut ? Ending.TIMEOUT : Ending.OURS;
	}

}
