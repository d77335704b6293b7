package io.tcpecho.connection;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

import org.jspecify.annotations.Nullable;

/**
 * Counts what happens at one listener. Thread-safe; while nothing is open, the outcomes
 * add up to the accepted connections.
 */
public final class ListenerCounters implements ListenerObserver {

	private final LongAdder accepted = new LongAdder();

	private final LongAdder bytesIn = new LongAdder();

	private final LongAdder bytesOut = new LongAdder();

	private final LongAdder messages = new LongAdder();

	private final LongAdder finished = new LongAdder();

	private final Map<Outcome, LongAdder> outcomes = new EnumMap<>(Outcome.class);

	private final Map<ProxyRefusal, LongAdder> proxyRefusals = new EnumMap<>(ProxyRefusal.class);

	private final Map<HandshakeResult, LongAdder> handshakes = new EnumMap<>(HandshakeResult.class);

	private final LongAdder withoutCloseNotify = new LongAdder();

	/** Create counters that start at zero. */
	public ListenerCounters() {
		for (Outcome outcome : Outcome.values()) {
			this.outcomes.put(outcome, new LongAdder());
		}
		for (ProxyRefusal refusal : ProxyRefusal.values()) {
			this.proxyRefusals.put(refusal, new LongAdder());
		}
		for (HandshakeResult result : HandshakeResult.values()) {
			this.handshakes.put(result, new LongAdder());
		}
	}

	@Override
	public void accepted() {
		this.accepted.increment();
	}

	@Override
	public void received(int bytes) {
		this.bytesIn.add(bytes);
	}

	@Override
	public void sent(int bytes) {
		this.bytesOut.add(bytes);
	}

	@Override
	public void messageReceived(int bytes) {
		this.messages.increment();
	}

	@Override
	public void handshakeEnded(HandshakeResult result, @Nullable Duration time) {
		counter(this.handshakes, result).increment();
	}

	@Override
	public void endedWithoutCloseNotify() {
		this.withoutCloseNotify.increment();
	}

	@Override
	public void closed(ConnectionSummary connection) {
		if (connection.fin()) {
			this.finished.increment();
		}
		counter(this.outcomes, connection.outcome()).increment();
		ProxyRefusal refusal = connection.details().proxyRefusal();
		if (refusal != null) {
			counter(this.proxyRefusals, refusal).increment();
		}
	}

	/** Return the connections accepted, those rejected at once included. */
	public long acceptedCount() {
		return this.accepted.sum();
	}

	/** Return the connections that the server ended with FIN. */
	public long finishedCount() {
		return this.finished.sum();
	}

	/** Return the bytes read, framing included. */
	public long bytesIn() {
		return this.bytesIn.sum();
	}

	/** Return the bytes that sockets took, framing included. */
	public long bytesOut() {
		return this.bytesOut.sum();
	}

	/** Return the complete messages. */
	public long messages() {
		return this.messages.sum();
	}

	/** Return the connections that ended this way. */
	public long count(Outcome outcome) {
		return counter(this.outcomes, outcome).sum();
	}

	/** Return the connections that had no valid PROXY header for this reason. */
	public long count(ProxyRefusal refusal) {
		return counter(this.proxyRefusals, refusal).sum();
	}

	/** Return the TLS handshakes that ended this way. */
	public long count(HandshakeResult result) {
		return counter(this.handshakes, result).sum();
	}

	/** Return the streams over TLS that ended without close_notify and were accepted. */
	public long withoutCloseNotify() {
		return this.withoutCloseNotify.sum();
	}

	/** Return the connections that have ended. */
	public long closedCount() {
		return this.outcomes.values().stream().mapToLong(LongAdder::sum).sum();
	}

	private static <K> LongAdder counter(Map<K, LongAdder> counters, K key) {
		LongAdder counter = counters.get(key);
		if (counter == null) {
			throw new IllegalStateException("No counter for " + key);
		}
		return counter;
	}

}
