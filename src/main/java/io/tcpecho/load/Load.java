package io.tcpecho.load;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

import io.tcpecho.nio.EventLoop;
import io.tcpecho.probe.Exchange;
import io.tcpecho.probe.MessageFormat;
import io.tcpecho.probe.Result;
import io.tcpecho.probe.Target;
import io.tcpecho.probe.Verdict;

/**
 * Many exchanges at a time, for as long as asked: a load generator. {@link #run} waits
 * for its end on the caller's thread; any thread may {@link #stop()} it.
 *
 * <p>
 * Without a rate, each of its connections begins an exchange as soon as the one before
 * has ended (closed loop). With a rate, exchanges are due at fixed times whatever the
 * server does (open loop), and their time is measured from when they were due: an
 * exchange that waits for a free connection has already begun for its user.
 */
public final class Load {

	private static final Duration LOOP_END_TIMEOUT = Duration.ofSeconds(2);

	private final Settings settings;

	private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();

	/** Create a load that has not started. */
	public Load(Settings settings) {
		this.settings = settings;
	}

	/**
	 * Load the server until the time is over or {@link #stop()} is called.
	 * @param progress is told once a second, on this thread
	 * @return what it showed
	 * @throws InterruptedException if this thread is interrupted; nothing is left behind
	 */
	public Summary run(Consumer<Progress> progress) throws InterruptedException {
		Tally failed = new Tally();
		try {
			InetAddress address = InetAddress.getByName(this.settings.target().host());
			EventLoop loop = EventLoop.start("tcp-echo-load", Exchange.sweepInterval(this.settings.timeout()));
			try {
				return run(loop, new InetSocketAddress(address, this.settings.target().port()), progress);
			}
			finally {
				loop.stop();
				loop.awaitEnd(LOOP_END_TIMEOUT);
			}
		}
		catch (UnknownHostException ex) {
			failed.add(Result.withoutConnection(1, this.settings.size(), Verdict.DNS_FAILURE, 0, "unknown name"));
		}
		catch (IOException ex) {
			failed.add(Result.withoutConnection(1, this.settings.size(), Verdict.LOCAL_ERROR, 0, "no event loop"));
		}
		return new Summary(this.settings, Duration.ZERO, failed, List.of(), 0, Effort.NONE);
	}

	private Summary run(EventLoop loop, InetSocketAddress peer, Consumer<Progress> progress)
			throws InterruptedException {
		LoadGenerator generator = new LoadGenerator(loop, peer, this.settings, this.events::add);
		loop.execute(generator::begin);
		Pacer pacer = Pacer.start(this.settings.rate(), loop, generator::beginDue);
		try {
			while (true) {
				Event event = this.events.take();
				if (event instanceof Progress told) {
					progress.accept(told);
				}
				else if (event instanceof Summary summary) {
					return summary;
				}
				else {
					loop.execute(generator::stop);
				}
			}
		}
		finally {
			pacer.stop();
		}
	}

	/** Let {@link #run} end with what there is, without waiting for that. */
	public void stop() {
		this.events.add(new Stop());
	}

	/** What {@link #run} waits for. */
	sealed interface Event {

	}

	private record Stop() implements Event {

	}

	/**
	 * The last second of a load.
	 *
	 * @param second its number, from 1; those of the warm-up count
	 * @param warmUp whether it does not count for the summary
	 * @param ok exchanges that ended in {@link Verdict#OK}
	 * @param failed exchanges that ended otherwise
	 * @param p99Nanos the 99th percentile of the times of the former, in nanoseconds
	 */
	public record Progress(long second, boolean warmUp, long ok, long failed, long p99Nanos) implements Event {

	}

	/**
	 * What a load showed. It counts the exchanges that were due between the end of the
	 * warm-up and the end of the time.
	 *
	 * @param settings what was asked for
	 * @param measured the time between these two
	 * @param tally how the exchanges ended and how long they took
	 * @param seconds each second, the warm-up included
	 * @param notBegun exchanges that were due but had no free connection until the end
	 * @param effort what the generator itself needed
	 */
	public record Summary(Settings settings, Duration measured, Tally tally, List<Progress> seconds, long notBegun,
			Effort effort) implements Event {

		/** Return the exchanges in a second that ended in {@link Verdict#OK}. */
		public double rate() {
			double seconds = this.measured.toNanos() / 1e9;
			return (seconds > 0) ? this.tally.count(Verdict.OK) / seconds : 0;
		}

	}

	/**
	 * What to do.
	 *
	 * @param target where to
	 * @param format the framing of the messages; where it keeps connections open, each
	 * carries one exchange after the other
	 * @param size payload bytes of each message
	 * @param connections exchanges at a time, at most
	 * @param rate exchanges that are due in a second; 0: as many as can be
	 * @param warmup the time before that which counts
	 * @param duration the time that counts
	 * @param timeout the longest time of one exchange
	 */
	public record Settings(Target target, MessageFormat format, int size, int connections, long rate, Duration warmup,
			Duration duration, Duration timeout) {

		private static final long HIGHEST_RATE = 1_000_000;

		/**
		 * Check the values against each other and against the machine.
		 * @throws IllegalArgumentException naming the one that is wrong
		 */
		public Settings {
			format.check(size);
			requireBetween("connections", connections, 1, 1_000_000);
			requireBetween("rate", rate, 0, HIGHEST_RATE);
			if (duration.isZero() || timeout.isZero()) {
				throw new IllegalArgumentException(
						(duration.isZero() ? "duration" : "timeout") + " 0ms is not more than 0ms");
			}
			long held = (long) connections * size;
			long half = Runtime.getRuntime().maxMemory() / 2;
			if (held > half) {
				throw new IllegalArgumentException("connections " + connections + " x size " + size + " = " + held
						+ " bytes, more than half the maximum heap, " + half);
			}
		}

		private static void requireBetween(String name, long value, long smallest, long largest) {
			if (value < smallest || value > largest) {
				throw new IllegalArgumentException(
						name + " " + value + " is not between " + smallest + " and " + largest);
			}
		}

	}

}
