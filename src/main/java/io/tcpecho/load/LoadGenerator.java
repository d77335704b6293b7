package io.tcpecho.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.tcpecho.load.Load.Event;
import io.tcpecho.load.Load.Progress;
import io.tcpecho.load.Load.Settings;
import io.tcpecho.load.Load.Summary;
import io.tcpecho.nio.EventLoop;
import io.tcpecho.nio.Failure;
import io.tcpecho.nio.NioClientConnection;
import io.tcpecho.probe.Exchange;
import io.tcpecho.probe.Exchange.Plan;
import io.tcpecho.probe.Result;
import io.tcpecho.probe.Verdict;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * The exchanges of a {@link Load}. Everything here runs on its event loop's thread.
 *
 * <p>
 * A {@link Slot} makes one exchange at a time. In a closed loop each begins the next by
 * itself. In an open loop free slots wait in a queue, and what is due is counted by the
 * clock: exchange number n is due n intervals after the beginning. What was due in time
 * and found no free slot may still begin afterwards, until an exchange's timeout has
 * passed.
 */
final class LoadGenerator {

	private static final long SECOND_IN_NANOS = TimeUnit.SECONDS.toNanos(1);

	/** Else an exchange that fails at once would be followed by a storm of others. */
	private static final long PAUSE_AFTER_FAILURE_IN_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

	private final EventLoop loop;

	private final InetSocketAddress peer;

	private final Settings settings;

	private final Plan plan;

	private final Consumer<Event> events;

	private final SourceAddresses sources;

	private final long seed = new SecureRandom().nextLong();

	private final ArrayDeque<Slot> free = new ArrayDeque<>();

	private final Set<Slot> busy = new HashSet<>();

	private final Tally tally = new Tally();

	private final List<Progress> seconds = new ArrayList<>();

	private final Histogram nanosInSecond = new Histogram(3);

	private long okInSecond;

	private long failedInSecond;

	private long lastSeq;

	/** Exchanges that an open loop has begun. */
	private long begun;

	private long beganAt;

	private long countsFrom;

	private long countsTo;

	/** What was needed since the beginning, and then since the end of the warm-up. */
	private Supplier<Effort> effort = () -> Effort.NONE;

	private boolean ended;

	LoadGenerator(EventLoop loop, InetSocketAddress peer, Settings settings, Consumer<Event> events) {
		this.loop = loop;
		this.peer = peer;
		this.settings = settings;
		this.plan = new Plan(settings.size(), settings.format().isEndedByFin(), !settings.format().isEndedByFin(),
				Duration.ZERO);
		this.events = events;
		this.sources = SourceAddresses.towards(peer);
	}

	void begin() {
		// Before the first connection: what reads the clock has to be loaded, and later
		// there may be no descriptor left for that.
		this.effort = Effort.begin();
		this.beganAt = System.nanoTime();
		this.countsFrom = this.beganAt + this.settings.warmup().toNanos();
		this.countsTo = this.countsFrom + this.settings.duration().toNanos();
		this.loop.schedule(this.settings.warmup().toNanos(), () -> this.effort = Effort.begin());
		this.loop.schedule(SECOND_IN_NANOS, this::secondPasses);
		this.loop.schedule(this.countsTo - this.beganAt, isOpenLoop() ? this::beginDue : this::endIfDone);
		this.loop.schedule(this.countsTo - this.beganAt + this.settings.timeout().toNanos(), this::endNow);
		for (int i = 0; i < this.settings.connections(); i++) {
			this.free.add(new Slot());
		}
		if (isOpenLoop()) {
			beginDue();
		}
		else {
			for (Slot slot : List.copyOf(this.free)) {
				slot.begin(System.nanoTime());
			}
		}
	}

	private boolean isOpenLoop() {
		return this.settings.rate() > 0;
	}

	/** Begin what is due and has a free connection. */
	void beginDue() {
		long now = System.nanoTime();
		long due;
		while (!this.ended && !this.free.isEmpty() && (due = dueAt(this.begun)) - now <= 0 && due - this.countsTo < 0) {
			this.begun++;
			this.free.peek().begin(due);
		}
		endIfDone();
	}

	/** Return when an exchange of an open loop is due. */
	private long dueAt(long number) {
		return this.beganAt + (long) (number * (SECOND_IN_NANOS / (double) this.settings.rate()));
	}

	private void secondPasses() {
		if (!this.ended) {
			this.events.accept(closeSecond());
			long next = this.beganAt + (this.seconds.size() + 1) * SECOND_IN_NANOS;
			this.loop.schedule(next - System.nanoTime(), this::secondPasses);
		}
	}

	private Progress closeSecond() {
		long number = this.seconds.size() + 1;
		Progress second = new Progress(number, this.beganAt + number * SECOND_IN_NANOS - this.countsFrom <= 0,
				this.okInSecond, this.failedInSecond, this.nanosInSecond.getValueAtPercentile(99));
		this.seconds.add(second);
		this.okInSecond = 0;
		this.failedInSecond = 0;
		this.nanosInSecond.reset();
		return second;
	}

	private void endIfDone() {
		if (isTimeOver() && this.busy.isEmpty()) {
			endNow();
		}
	}

	/** End, though what was due may not have begun. */
	private void endNow() {
		end(this.settings.duration());
	}

	private boolean isTimeOver() {
		return System.nanoTime() - this.countsTo >= 0;
	}

	/** End now, with what there is. */
	void stop() {
		end(Duration.ofNanos(Math.max(0, Math.min(System.nanoTime(), this.countsTo) - this.countsFrom)));
	}

	private void end(Duration measured) {
		if (this.ended) {
			return;
		}
		this.ended = true;
		if (this.okInSecond + this.failedInSecond > 0) {
			closeSecond();
		}
		long notBegun = notBegun(this.countsFrom + measured.toNanos());
		this.free.forEach(Slot::close);
		this.busy.forEach(Slot::close);
		this.events.accept(new Summary(this.settings, measured, this.tally, List.copyOf(this.seconds), notBegun,
				this.effort.get()));
	}

	/** Return the exchanges that were due by then and would not find a connection. */
	private long notBegun(long until) {
		long due = isOpenLoop() ? Math.round((until - this.beganAt) * (this.settings.rate() / 1e9)) : 0;
		return Math.max(0, due - this.begun - this.free.size());
	}

	/**
	 * Makes exchanges one after the other; where the framing allows it, on one
	 * connection.
	 */
	private final class Slot implements Exchange.Completion, NioClientConnection.Protocol {

		private @Nullable NioClientConnection idle;

		private long dueAt;

		void begin(long due) {
			LoadGenerator.this.free.remove(this);
			LoadGenerator.this.busy.add(this);
			this.dueAt = due;
			long seq = ++LoadGenerator.this.lastSeq;
			Settings settings = LoadGenerator.this.settings;
			byte[] message = settings.format().message(settings.size(), LoadGenerator.this.seed, seq);
			Exchange exchange = new Exchange(LoadGenerator.this.loop, LoadGenerator.this.plan, seq, message, due, this);
			long now = System.nanoTime();
			long deadline = now + settings.timeout().toNanos();
			NioClientConnection open = this.idle;
			this.idle = null;
			if (open != null && open.isOpen()) {
				exchange.start(open, deadline);
			}
			else {
				exchange.start(LoadGenerator.this.peer, LoadGenerator.this.sources.next(now), deadline);
			}
		}

		@Override
		public void ended(Result result, @Nullable NioClientConnection open) {
			if (LoadGenerator.this.ended) {
				return;
			}
			count(result);
			LoadGenerator.this.busy.remove(this);
			LoadGenerator.this.free.add(this);
			if (open != null) {
				this.idle = open;
				open.deadline(NioClientConnection.NO_DEADLINE);
				open.handTo(this);
			}
			if (isOpenLoop()) {
				LoadGenerator.this.loop.execute(LoadGenerator.this::beginDue);
			}
			else if (isTimeOver()) {
				endIfDone();
			}
			else if (result.verdict() == Verdict.OK) {
				// Not here: what fails at once would nest without end.
				LoadGenerator.this.loop.execute(this::beginNext);
			}
			else {
				LoadGenerator.this.loop.schedule(PAUSE_AFTER_FAILURE_IN_NANOS, this::beginNext);
			}
		}

		private void beginNext() {
			if (isTimeOver()) {
				endIfDone();
			}
			else if (!LoadGenerator.this.ended) {
				begin(System.nanoTime());
			}
		}

		private void count(Result result) {
			if (result.verdict() == Verdict.OK) {
				LoadGenerator.this.okInSecond++;
				LoadGenerator.this.nanosInSecond.recordValue(result.totalNanos());
			}
			else {
				LoadGenerator.this.failedInSecond++;
			}
			if (this.dueAt - LoadGenerator.this.countsFrom >= 0) {
				LoadGenerator.this.tally.add(result);
			}
		}

		void close() {
			if (this.idle != null) {
				this.idle.finish();
			}
		}

		// While the connection waits for the next exchange

		@Override
		public void connected() {
		}

		@Override
		public void written(int count) {
		}

		@Override
		public void finSent() {
		}

		@Override
		public void received(ByteBuffer bytes) throws IOException {
			throw new IOException("The server sent bytes that nobody asked for");
		}

		@Override
		public void finReceived() {
			close();
		}

		@Override
		public void failed(Failure kind, IOException cause) {
			this.idle = null;
		}

	}

}
