package io.tcpecho.monitor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Stream;

import io.tcpecho.nio.EventLoop;
import io.tcpecho.probe.Resolver;
import org.jspecify.annotations.Nullable;

import org.springframework.context.SmartLifecycle;

/**
 * The watches over all configured targets, on one event loop of their own, which exists
 * only if there is a target or a request has needed it. Thread-safe.
 */
public final class Monitor implements SmartLifecycle {

	private static final Duration LOOP_END_TIMEOUT = Duration.ofSeconds(2);

	/** Deadlines are exact to a fiftieth of the shortest usual timeout. */
	private static final Duration SWEEP_INTERVAL = Duration.ofMillis(20);

	private final List<WatchSettings> targets;

	private final MonitorMeters meters;

	private final Resolver.LookUp lookUp;

	private final Predicate<InetAddress> own;

	private final LongSupplier clock;

	private final String replica;

	private volatile List<Watch> watches = List.of();

	/** The loop and what runs on it; guarded by this. */
	private @Nullable Running running;

	private boolean ended;

	/**
	 * Create a monitor that has not started.
	 * @param targets what to watch
	 * @param lookUp looks names up
	 * @param own knows the addresses of this machine
	 * @param clock returns the {@link System#nanoTime()} by which peers leave and are
	 * forgotten
	 * @param replica what this process calls itself
	 */
	Monitor(List<WatchSettings> targets, MonitorMeters meters, Resolver.LookUp lookUp, Predicate<InetAddress> own,
			LongSupplier clock, String replica) {
		this.targets = List.copyOf(targets);
		this.meters = meters;
		this.lookUp = lookUp;
		this.own = own;
		this.clock = clock;
		this.replica = replica;
	}

	/**
	 * Begin with all watches, if there are any. The first rounds are spread over the
	 * intervals, from a point that other processes do not share.
	 */
	@Override
	public synchronized void start() {
		if (!this.watches.isEmpty() || this.targets.isEmpty()) {
			return;
		}
		// A hanging look-up must not delay that of another name.
		Resolver resolver = new Resolver(this.lookUp, this.targets.size());
		Running now = running();
		Watches shared = new Watches(now.loop, now.exchanges, resolver, this.meters, this.own, this.clock,
				ThreadLocalRandom.current().nextLong());
		this.watches = this.targets.stream().map((target) -> new Watch(target, shared)).toList();
		double phase = ThreadLocalRandom.current().nextDouble();
		List<Watch> all = this.watches;
		now.loop.execute(() -> {
			for (int i = 0; i < all.size(); i++) {
				double share = (phase + (double) i / all.size()) % 1;
				all.get(i).begin((long) (share * all.get(i).settings().interval().toNanos()));
			}
		});
	}

	/**
	 * Return the loop, which is started if it does not run.
	 * @throws IllegalStateException if the monitor has ended
	 */
	synchronized Running running() {
		if (this.ended) {
			throw new IllegalStateException("The monitor has ended");
		}
		if (this.running == null) {
			try {
				this.running = new Running(EventLoop.start("tcp-echo-monitor", SWEEP_INTERVAL));
			}
			catch (IOException ex) {
				throw new UncheckedIOException("The monitor cannot start: " + ex.getMessage(), ex);
			}
		}
		return Objects.requireNonNull(this.running);
	}

	/** End all exchanges, those under way by a reset. */
	@Override
	public void stop() {
		Running left;
		synchronized (this) {
			left = this.running;
			this.running = null;
			this.watches = List.of();
			this.ended = true;
		}
		if (left != null) {
			left.loop.stop();
			try {
				left.loop.awaitEnd(LOOP_END_TIMEOUT);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}
	}

	@Override
	public boolean isRunning() {
		return !this.watches.isEmpty();
	}

	/** End before the listeners drain: they need not be watched any more. */
	@Override
	public int getPhase() {
		return Integer.MAX_VALUE;
	}

	/** Return what this process calls itself. */
	String replica() {
		return this.replica;
	}

	/** Return whether an address is one of this machine. */
	boolean isOwn(InetAddress address) {
		return this.own.test(address);
	}

	/** Return the watches whose targets are part of the matrix. */
	Stream<Watch> ofMatrix() {
		return this.watches.stream().filter((watch) -> watch.settings().labPort() != null);
	}

	/** Return what is known of all targets. */
	public ProbesStatus status() {
		return new ProbesStatus(this.replica, this.watches.stream().map(Watch::status).toList());
	}

	/** A loop, and what makes exchanges on it. */
	static final class Running {

		private final EventLoop loop;

		private final Exchanges exchanges;

		Running(EventLoop loop) {
			this.loop = loop;
			this.exchanges = new Exchanges(loop);
		}

		EventLoop loop() {
			return this.loop;
		}

		Exchanges exchanges() {
			return this.exchanges;
		}

	}

}
