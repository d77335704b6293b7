package io.tcpecho.fault;

import java.io.IOException;
import java.nio.ByteBuffer;

import io.tcpecho.connection.Outcome;
import io.tcpecho.wire.Layered;
import io.tcpecho.wire.Wire;

/**
 * The layer of one fault. It lies above all other layers, so it sees the bytes that the
 * application reads and writes. Once the fault is over, it changes nothing more.
 */
abstract class FaultWire extends Layered {

	private final Strike strike;

	FaultWire(Wire below, Strike strike) {
		super(below);
		this.strike = strike;
	}

	final Strike strike() {
		return this.strike;
	}

	final Host host() {
		return this.strike.host();
	}

	/** Write the next bytes, but no more than so many. */
	final int writeAtMost(ByteBuffer source, long most) throws IOException {
		int limit = source.limit();
		source.limit((int) Math.min(limit, source.position() + most));
		try {
			return super.write(source);
		}
		finally {
			source.limit(limit);
		}
	}

	/**
	 * Return {@link Outcome#FAULT} if the fault has acted and the connection ended as the
	 * client saw it, or reset it. A failure of the server and an end that an operator
	 * wanted keep their own outcome.
	 */
	@Override
	public final Outcome outcome(Outcome ending) {
		Outcome known = super.outcome(ending);
		return !this.strike.hasActed() ? known : switch (known) {
			case REPLIED, EMPTY, TRUNCATED, CLOSED_BY_PEER, RESET_BY_PEER, IDLE_TIMEOUT -> Outcome.FAULT;
			default -> known;
		};
	}

}
