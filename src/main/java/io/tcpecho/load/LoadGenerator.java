package io.tcpecho.load;

import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.tcpecho.nio.EventLoop;
import io.tcpecho.probe.Evidence;
import io.tcpecho.probe.Evidence.Setup;
import io.tcpecho.probe.Exchange.Plan;
import io.tcpecho.probe.Result;
import io.tcpecho.probe.Verdict;
import io.tcpecho.probe.Way;

/**
 * The exchanges of a {@link Load}. Everything here runs on its event loop's thread.
 *
 * <p>
 * A {@link LoadWorker} makes one exchange at a time. In a closed loop each begins the
 * next when the one before has ended. In an open loop free workers wait in a queue, and
 * the clock tells which exchanges are due: exchange number n is due n intervals after the
 * beginning. Exchanges that became due before the end but found no free worker may still
 * begin during one further timeout.
 */
final class LoadGenerator implements LoadWorker.Owner {

	private static final long SECOND_IN_NANOS = TimeUnit.SECONDS.toNanos(1);

	/**
	 * The pause of a connection after a failure. Without it, exchanges that fail at once
	 * would follow each other as fast as the processor allows.
	 */
	private static final long PAUSE_AFTER_FAILURE_IN_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

	private final EventLoop loop;

	private final LoadSettings settings;

	private final Origin origin;

	private final Consumer<LoadEvent> events;

	private final long seed = new SecureRandom().nextLong();

	private final ArrayDeque<LoadWorker> free = new ArrayDeque<>();

	private final Set<LoadWorker> busy = new HashSet<>();

	private final Tally tally = new Tally();

	private final Seconds seconds = new Seconds();

	/** One for each size of message, in their order. */
	private final List<Plan> plans;

	/** Set again when the first exchange begins. */
	private Window window;

	/** The time of day at the beginning of the window. */
	private Instant beganAt = Instant.now();

	private long lastSeq;

	/** The number of exchanges that an open loop has begun. */
	private long begun;

	/** Measures since the beginning, and then since the end of the warm-up. */
	private Supplier<GeneratorCpu> cpu = () -> GeneratorCpu.NONE;

	private boolean ended;

	LoadGenerator(EventLoop loop, InetSocketAddress peer, Way way, LoadSettings settings, Origin origin,
			Consumer<LoadEvent> events) {
		this.loop = loop;
		this.settings = settings;
		this.origin = origin;
		this.events = events;
		this.window = startWindow();
		this.plans = settings.sizes().stream().map((size) -> plan(size, peer, way)).toList();
		SourceAddresses sources = SourceAddresses.towards(peer);
		for (int i = 0; i < settings.connections(); i++) {
			this.free.add(new LoadWorker(loop, peer, sources, settings.timeout(), this));
		}
	}

	private Plan plan(int size, InetSocketAddress peer, Way way) {
		Setup setup = this.settings.setup(size);
		return new Plan(size, !this.settings.format().isEndedByFin(), setup, Duration.ZERO,
				Evidence.towards(peer, setup), way);
	}

	private Window startWindow() {
		return new Window(System.nanoTime(), this.settings.warmup(), this.settings.duration());
	}

	void begin() {
		// Load the classes that read the CPU clock now: once the descriptors are used up,
		// loading them from the jar would fail.
		this.cpu = GeneratorCpu.begin();
		this.beganAt = Instant.now();
		this.window = startWindow();
		long untilEnd = this.window.end() - this.window.start();
		this.loop.schedule(this.settings.warmup().toNanos(), () -> this.cpu = GeneratorCpu.begin());
		this.loop.schedule(SECOND_IN_NANOS, this::secondPasses);
		this.loop.schedule(untilEnd, isOpenLoop() ? this::beginDue : this::endIfDone);
		this.loop.schedule(untilEnd + this.settings.timeout().toNanos(), this::endNow);
		if (isOpenLoop()) {
			beginDue();
		}
		else {
			for (LoadWorker worker : List.copyOf(this.free)) {
				begin(worker, System.nanoTime());
			}
		}
	}

	private boolean isOpenLoop() {
		return this.settings.rate() > 0;
	}

	private void begin(LoadWorker worker, long due) {
		this.free.remove(worker);
		this.busy.add(worker);
		long seq = ++this.lastSeq;
		Plan plan = this.plans.get((int) ((seq - 1) % this.plans.size()));
		worker.begin(plan, seq, this.settings.format().message(plan.size(), this.seed, seq), due);
	}

	/** Begin the exchanges of an open loop that are due and find a free worker. */
	void beginDue() {
		long now = System.nanoTime();
		long due;
		while (!this.ended && !this.free.isEmpty() && (due = dueAt(this.begun)) - now <= 0
				&& !this.window.isOver(due)) {
			this.begun++;
			begin(this.free.element(), due);
		}
		endIfDone();
	}

	/** Return when an exchange of an open loop is due. */
	private long dueAt(long number) {
		return this.window.start() + (long) (number * (SECOND_IN_NANOS / (double) this.settings.rate()));
	}

	@Override
	public void ended(LoadWorker worker, Result result, long dueAt) {
		boolean counts = this.window.counts(dueAt);
		this.seconds.add(result, counts);
		if (counts) {
			this.tally.add(result);
		}
		this.busy.remove(worker);
		this.free.add(worker);
		if (isOpenLoop()) {
			this.loop.execute(this::beginDue);
		}
		else if (isTimeOver()) {
			endIfDone();
		}
		else if (result.verdict() == Verdict.OK) {
			// The loop calls it later: without this, exchanges that end at once would
			// nest without end.
			this.loop.execute(() -> beginNext(worker));
		}
		else {
			this.loop.schedule(PAUSE_AFTER_FAILURE_IN_NANOS, () -> beginNext(worker));
		}
	}

	private void beginNext(LoadWorker worker) {
		if (isTimeOver()) {
			endIfDone();
		}
		else if (!this.ended) {
			begin(worker, System.nanoTime());
		}
	}

	private void secondPasses() {
		if (!this.ended) {
			closeSecond(SECOND_IN_NANOS);
			this.loop.schedule(endOfSecond() - System.nanoTime(), this::secondPasses);
		}
	}

	/** Close the current second, and tell of it. */
	private void closeSecond(long length) {
		boolean inWarmUp = endOfSecond() - this.window.countsFrom() <= 0;
		this.events.accept(this.seconds.close(this.beganAt, inWarmUp, Duration.ofNanos(length)));
	}

	/** Return when the current second ends. */
	private long endOfSecond() {
		return this.window.start() + this.seconds.current() * SECOND_IN_NANOS;
	}

	private void endIfDone() {
		if (isTimeOver() && this.busy.isEmpty()) {
			endNow();
		}
	}

	private boolean isTimeOver() {
		return this.window.isOver(System.nanoTime());
	}

	/** End now, although some exchanges that were due may not have begun. */
	private void endNow() {
		end(this.settings.duration());
	}

	/** End now, with the results so far. */
	void stop() {
		end(this.window.counted(System.nanoTime()));
	}

	private void end(Duration measured) {
		if (this.ended) {
			return;
		}
		this.ended = true;
		if (!this.seconds.isCurrentEmpty()) {
			closeSecond(Math.min(SECOND_IN_NANOS, System.nanoTime() - (endOfSecond() - SECOND_IN_NANOS)));
		}
		long notBegun = notBegun(this.window.countsFrom() + measured.toNanos());
		this.free.forEach(LoadWorker::close);
		this.busy.forEach(LoadWorker::close);
		this.events.accept(new LoadSummary(this.settings.options(), this.origin, this.beganAt, measured, this.tally,
				this.seconds.closed(), notBegun, this.cpu.get(), List.of()));
	}

	/**
	 * Return the number of exchanges that were due by then and would not find a free
	 * worker.
	 */
	private long notBegun(long until) {
		long due = isOpenLoop() ? Math.round((until - this.window.start()) * (this.settings.rate() / 1e9)) : 0;
		return Math.max(0, due - this.begun - this.free.size());
	}

}
