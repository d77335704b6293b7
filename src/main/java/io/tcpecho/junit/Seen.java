package io.tcpecho.junit;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

import io.tcpecho.connection.ConnectionSummary;
import io.tcpecho.connection.ListenerObserver;
import io.tcpecho.connection.Outcome;
import io.tcpecho.text.Amounts;
import io.tcpecho.text.Labels;
import io.tcpecho.wire.Wire;
import org.jspecify.annotations.Nullable;

/**
 * What a server has seen since it was last cleared. As a layer that leaves the bytes
 * alone it knows which connections began before that: they may end later than their
 * client believes, and are not counted then. Thread-safe: the event loop writes, tests
 * read.
 */
final class Seen implements ListenerObserver, Wire.Layer {

	private static final int MOST_CONNECTIONS = 10_000;

	private final Duration patience;

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition connectionEnded = this.lock.newCondition();

	/** The last that have ended. */
	private final ArrayDeque<ConnectionSummary> connections = new ArrayDeque<>();

	/** The open connections by their client's address, with the round they began in. */
	private final Map<InetSocketAddress, Integer> begun = new HashMap<>();

	private final Map<Outcome, Long> outcomes = new EnumMap<>(Outcome.class);

	/** How often it was cleared. */
	private int round;

	private long ended;

	private long accepted;

	private long messages;

	/**
	 * Create an empty record.
	 * @param patience how long a wait may take
	 */
	Seen(Duration patience) {
		this.patience = patience;
	}

	@Override
	public Wire on(Wire below, Wire.Host host) {
		update(() -> this.begun.put(host.remote(), this.round));
		return below;
	}

	@Override
	public void accepted() {
		update(() -> this.accepted++);
	}

	@Override
	public void messageReceived(int bytes) {
		update(() -> this.messages++);
	}

	@Override
	public void closed(ConnectionSummary connection) {
		update(() -> {
			Integer began = this.begun.remove(connection.peer());
			if (began != null && began != this.round) {
				return;
			}
			if (this.connections.size() == MOST_CONNECTIONS) {
				this.connections.remove();
			}
			this.connections.add(connection);
			this.outcomes.merge(connection.outcome(), 1L, Long::sum);
			this.ended++;
			this.connectionEnded.signalAll();
		});
	}

	/** Begin anew. */
	void clear() {
		update(() -> {
			this.round++;
			this.connections.clear();
			this.outcomes.clear();
			this.ended = 0;
			this.accepted = 0;
			this.messages = 0;
		});
	}

	private void update(Runnable change) {
		get(() -> {
			change.run();
			return null;
		});
	}

	private <T extends @Nullable Object> T get(Supplier<T> state) {
		this.lock.lock();
		try {
			return state.get();
		}
		finally {
			this.lock.unlock();
		}
	}

	int open() {
		return get(this.begun::size);
	}

	long acceptedCount() {
		return get(() -> this.accepted);
	}

	long messages() {
		return get(() -> this.messages);
	}

	long outcomes(Outcome outcome) {
		return get(() -> this.outcomes.getOrDefault(outcome, 0L));
	}

	List<ConnectionSummary> connections() {
		return get(() -> List.copyOf(this.connections));
	}

	/** Wait until so many connections have ended. */
	List<ConnectionSummary> await(int count) {
		this.lock.lock();
		try {
			long left = this.patience.toNanos();
			while (this.ended < count) {
				if (left <= 0) {
					throw new AssertionError(this.ended + " of " + Amounts.count(count, "connection") + " ended within "
							+ Labels.of(this.patience) + ", of " + this.accepted + " accepted; outcomes "
							+ this.outcomes);
				}
				left = this.connectionEnded.awaitNanos(left);
			}
			return List.copyOf(this.connections);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new AssertionError("Interrupted while waiting for " + Amounts.count(count, "connection"), ex);
		}
		finally {
			this.lock.unlock();
		}
	}

}
