package io.tcpecho.fault;

import java.time.temporal.ChronoUnit;
import java.util.Locale;

/**
 * The kinds of faults, with the members that each has. The names and units are those of
 * Toxiproxy where it has the same.
 */
public enum FaultType {

	/** Each reply begins later. */
	LATENCY {
		@Override
		Fault.Maker parse(Members members) {
			long latency = members.required("latency", (name) -> members.nanos(name, ChronoUnit.MILLIS));
			long jitter = members.nanos("jitter", ChronoUnit.MILLIS);
			return (below, strike) -> new LatencyWire(below, strike, latency, jitter);
		}
	},

	/** Replies leave at a limited rate. */
	BANDWIDTH {
		@Override
		Fault.Maker parse(Members members) {
			long rate = members.required("rate", (name) -> members.bytes(name, 1024, 1));
			return (below, strike) -> PaceWire.withRate(below, strike, rate);
		}
	},

	/** Replies leave in pieces, with a pause between them. */
	SLICER {
		@Override
		Fault.Maker parse(Members members) {
			long average = members.required("average_size", (name) -> members.bytes(name, 1, 1));
			long variation = members.optional("size_variation", 0L,
					(name) -> members.integer(name, 0, Math.max(0, average - 1)));
			long delay = members.nanos("delay", ChronoUnit.MICROS);
			return (below, strike) -> PaceWire.inSlices(below, strike, average, variation, delay);
		}
	},

	/** FIN comes later than the last byte. */
	SLOW_CLOSE {
		@Override
		Fault.Maker parse(Members members) {
			long delay = members.required("delay", (name) -> members.nanos(name, ChronoUnit.MILLIS));
			return (below, strike) -> new LateFinWire(below, strike, delay);
		}
	},

	/** No byte of a reply comes, and after a while FIN. */
	TIMEOUT {
		@Override
		Fault.Maker parse(Members members) {
			long timeout = members.nanos("timeout", ChronoUnit.MILLIS);
			return (below, strike) -> new TimeoutWire(below, strike, timeout);
		}
	},

	/** The connection is reset after so many bytes of the replies, or after a time. */
	RESET_PEER {
		@Override
		Fault.Maker parse(Members members) {
			long timeout = members.nanos("timeout", ChronoUnit.MILLIS);
			if (!members.has("after")) {
				return (below, strike) -> new ResetInTimeWire(below, strike, timeout);
			}
			long after = members.bytes("after", 1, 0);
			return (below, strike) -> new ResetInReplyWire(below, strike, after, timeout);
		}
	},

	/** Only so many bytes of the replies come, then FIN. */
	LIMIT_DATA {
		@Override
		Fault.Maker parse(Members members) {
			long bytes = members.required("bytes", (name) -> members.bytes(name, 1, 0));
			return (below, strike) -> new CutWire(below, strike, bytes);
		}
	},

	/** Bytes of the replies are changed. */
	CORRUPT {
		@Override
		Fault.Maker parse(Members members) {
			if (members.has("offset") == members.has("rate")) {
				throw new IllegalArgumentException(members.path() + " must have either offset or rate");
			}
			long offset = members.optional("offset", -1L, (name) -> members.bytes(name, 1, 0));
			double rate = members.optional("rate", 0.0, members::probability);
			return (below, strike) -> new CorruptWire(below, strike, offset, rate);
		}
	},

	/** More bytes come than the replies have. */
	EXTRA {
		@Override
		Fault.Maker parse(Members members) {
			long bytes = members.optional("bytes", 1L, (name) -> members.integer(name, 1, 65_536));
			return (below, strike) -> new ExtraWire(below, strike, (int) bytes);
		}
	},

	/** The reply begins before the client's half-close. */
	EARLY_REPLY {
		@Override
		Fault.Maker parse(Members members) {
			long bytes = members.optional("bytes", 1L, (name) -> members.integer(name, 1, 65_536));
			return (below, strike) -> new EarlyReplyWire(below, strike, (int) bytes);
		}

		@Override
		void check(String path, Faults.Place place) {
			if (!place.endedByFin()) {
				throw new IllegalArgumentException(path + ".type is early_reply, which needs framing eof; listener "
						+ place.listener() + " has another");
			}
		}
	},

	/** FIN comes with the first byte of the client, and no reply. */
	EARLY_FIN {
		@Override
		Fault.Maker parse(Members members) {
			return EarlyFinWire::new;
		}
	},

	/** The reply comes, and no FIN. */
	NO_FIN {
		@Override
		Fault.Maker parse(Members members) {
			return (below, strike) -> new LateFinWire(below, strike, HoldingWire.FOR_EVER);
		}
	},

	/** The connection is accepted and reset at once. */
	REFUSE {
		@Override
		Fault.Maker parse(Members members) {
			return RefuseWire::new;
		}
	},

	/** The reply over TLS ends with FIN, and without close_notify. */
	NO_CLOSE_NOTIFY {
		@Override
		Fault.Maker parse(Members members) {
			return NoCloseNotifyWire::new;
		}

		@Override
		void check(String path, Faults.Place place) {
			if (!place.encrypted()) {
				throw new IllegalArgumentException(
						path + ".type is no_close_notify, which needs TLS; listener " + place.listener() + " has none");
			}
		}
	};

	private final String label = name().toLowerCase(Locale.ROOT);

	/** Read the members that are this type's own. */
	abstract Fault.Maker parse(Members members);

	/**
	 * Check that a listener can have it.
	 * @throws IllegalArgumentException if not
	 */
	void check(String path, Faults.Place place) {
	}

	/** Return the name as requests, meters and logs have it. */
	@Override
	public String toString() {
		return this.label;
	}

}
