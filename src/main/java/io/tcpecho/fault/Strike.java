package io.tcpecho.fault;

import java.util.SplittableRandom;

import io.tcpecho.wire.Wire;

/**
 * A fault as it happens to one connection. Loop thread only.
 */
final class Strike {

	private final FaultsInForce faults;

	private final FaultType type;

	private final Wire.Host host;

	private final SplittableRandom random;

	private boolean acted;

	Strike(FaultsInForce faults, FaultType type, Wire.Host host, SplittableRandom random) {
		this.faults = faults;
		this.type = type;
		this.host = host;
		this.random = random;
	}

	/** Return whether the fault has ended or was removed: it does nothing more. */
	boolean isOver() {
		return this.faults.isOver(this.host.now());
	}

	/** Note that it has changed something; counted once for each connection. */
	void act() {
		if (!this.acted) {
			this.acted = true;
			this.faults.acted(this.type);
		}
	}

	boolean hasActed() {
		return this.acted;
	}

	Wire.Host host() {
		return this.host;
	}

	SplittableRandom random() {
		return this.random;
	}

	/** Return what logs say of a connection that this fault ends. */
	String message() {
		return "fault " + this.type;
	}

}
