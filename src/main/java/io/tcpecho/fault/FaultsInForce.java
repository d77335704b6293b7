package io.tcpecho.fault;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

import io.tcpecho.text.AddressRange;
import io.tcpecho.wire.Wire;

/**
 * Faults since the moment at which they were set, until they are over. Thread-safe.
 *
 * <p>
 * When they are over is judged by the monotonic clock whenever they are asked, so no
 * pause of the process and no late timer makes them last longer.
 */
public final class FaultsInForce {

	private final Faults faults;

	private final Map<FaultType, LongAdder> total;

	private final Instant since = Instant.now();

	private final long endsAt;

	private volatile boolean removed;

	/** Connections that the faults may happen to, so far. */
	private final AtomicLong connections = new AtomicLong();

	/**
	 * Put faults in force.
	 * @param now the monotonic time in nanoseconds
	 * @param total counts how often each type has acted
	 */
	FaultsInForce(Faults faults, long now, Map<FaultType, LongAdder> total) {
		this.faults = faults;
		this.endsAt = now + faults.lasting().toNanos();
		this.total = new EnumMap<>(total);
	}

	/** Return whether their time is over, or they were removed. */
	boolean isOver(long now) {
		return this.removed || now - this.endsAt >= 0;
	}

	void remove() {
		this.removed = true;
	}

	void acted(FaultType type) {
		LongAdder counter = this.total.get(type);
		if (counter != null) {
			counter.increment();
		}
	}

	/** Return the wire of a connection that begins now. */
	Wire on(Wire below, Wire.Host host) {
		AddressRange from = this.faults.from();
		if (from != null && !from.contains(host.remote().getAddress())) {
			return below;
		}
		long number = this.connections.incrementAndGet();
		if (this.faults.first() > 0 && number > this.faults.first()) {
			return below;
		}
		// A random source for each connection, whose numbers do not depend on when and on
		// which thread it begins.
		SplittableRandom random = new SplittableRandom(
				new SplittableRandom(this.faults.seed() ^ number * 0xD1342543DE82EF95L).nextLong());
		List<Fault> all = this.faults.faults();
		boolean[] drawn = new boolean[all.size()];
		for (int i = 0; i < drawn.length; i++) {
			drawn[i] = random.nextDouble() < all.get(i).probability();
		}
		Wire top = below;
		for (int i = drawn.length - 1; i >= 0; i--) {
			if (drawn[i]) {
				top = all.get(i).maker().on(top, new Strike(this, all.get(i).type(), host, random.split()));
			}
		}
		return top;
	}

	/** Return the faults. */
	public Faults faults() {
		return this.faults;
	}

	/** Return the types of the faults, in their order. */
	public List<FaultType> types() {
		return this.faults.faults().stream().map(Fault::type).toList();
	}

	/** Return the faults as they were written, in their order. */
	public List<Map<String, Object>> written() {
		return this.faults.faults().stream().map(Fault::members).toList();
	}

	/** Return the time of day at which they were set. */
	public Instant since() {
		return this.since;
	}

	/** Return how long they still last, by the monotonic clock. */
	public Duration left() {
		return Duration.ofNanos(Math.max(0, this.removed ? 0 : this.endsAt - System.nanoTime()));
	}

	/** Return how many connections have begun that they may happen to. */
	public long connections() {
		return (this.faults.first() > 0) ? Math.min(this.faults.first(), this.connections.get())
				: this.connections.get();
	}

}
