package io.tcpecho.monitor;

/**
 * A request for a probe that is not made. The message says why and what to do.
 */
public final class ProbeRefusedException extends RuntimeException {

	private final Reason reason;

	ProbeRefusedException(Reason reason, String message) {
		super(message, null, false, false);
		this.reason = reason;
	}

	/** Return why. */
	public Reason reason() {
		return this.reason;
	}

	/** Why a probe is not made. */
	public enum Reason {

		/** The request is wrong in itself. */
		MALFORMED,

		/** The list of what is allowed is empty or does not have the target. */
		FORBIDDEN,

		/** Too many are under way, or the server stops. */
		BUSY

	}

}
