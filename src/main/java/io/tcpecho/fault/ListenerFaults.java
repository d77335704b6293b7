package io.tcpecho.fault;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

import io.tcpecho.text.Labels;
import io.tcpecho.wire.Wire;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The faults of one listener, which operators set and remove while it runs: a layer that
 * adds nothing to the wire of a connection unless faults are in force when it begins.
 * Thread-safe.
 */
public final class ListenerFaults implements Wire.Layer {

	private static final Log logger = LogFactory.getLog(ListenerFaults.class);

	private final String listener;

	private final AtomicReference<@Nullable FaultsInForce> current = new AtomicReference<>();

	private final Map<FaultType, LongAdder> acted = Arrays.stream(FaultType.values())
		.collect(Collectors.toUnmodifiableMap((type) -> type, (type) -> new LongAdder()));

	/**
	 * Create the faults of a listener, none at first.
	 * @param listener its name
	 */
	public ListenerFaults(String listener) {
		this.listener = listener;
	}

	@Override
	public Wire on(Wire below, Wire.Host host) {
		FaultsInForce faults = inForce(host.now());
		return (faults != null) ? faults.on(below, host) : below;
	}

	/** Put faults in force from now on, in place of those before. */
	public void set(Faults faults) {
		FaultsInForce before = this.current.getAndSet(new FaultsInForce(faults, System.nanoTime(), this.acted));
		if (before != null) {
			before.remove();
		}
		logger.warn("Listener " + this.listener + " has faults from now on: " + faults);
	}

	/** Remove the faults. Connections that they hold back go on. */
	public void remove() {
		FaultsInForce before = this.current.getAndSet(null);
		if (before != null) {
			before.remove();
			logger.warn("The faults of listener " + this.listener + " were removed");
		}
	}

	/**
	 * Return the faults in force. Those whose time is over end here, if they have not
	 * before.
	 */
	public Optional<FaultsInForce> inForce() {
		return Optional.ofNullable(inForce(System.nanoTime()));
	}

	private @Nullable FaultsInForce inForce(long now) {
		FaultsInForce faults = this.current.get();
		if (faults == null || !faults.isOver(now)) {
			return faults;
		}
		if (this.current.compareAndSet(faults, null)) {
			logger.warn("The faults of listener " + this.listener + " have ended after "
					+ Labels.of(faults.faults().lasting()));
		}
		return null;
	}

	/** Return how many connections a fault of this type has changed. */
	public long count(FaultType type) {
		LongAdder counter = this.acted.get(type);
		return (counter != null) ? counter.sum() : 0;
	}

}
