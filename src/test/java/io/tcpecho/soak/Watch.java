package io.tcpecho.soak;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongToIntFunction;

import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Samples of a server and its clients, taken regularly on a thread of its own.
 */
final class Watch implements AutoCloseable {

	/** As many as a plot can show. */
	private static final int SAMPLES = 600;

	private final long begin = System.nanoTime();

	private final List<Sample> samples = new CopyOnWriteArrayList<>();

	private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();

	private final Chaos chaos;

	private final SteadyClients clients;

	/**
	 * Begin to watch.
	 * @param length about how long
	 */
	Watch(Chaos chaos, SteadyClients clients, Duration length) {
		this.chaos = chaos;
		this.clients = clients;
		long interval = Math.max(1_000, length.toMillis() / SAMPLES);
		this.executor.scheduleAtFixedRate(this::sample, interval, interval, TimeUnit.MILLISECONDS);
	}

	/** Return the seconds since it began. */
	double seconds() {
		return (System.nanoTime() - this.begin) / 1_000_000 / 1e3;
	}

	/** Return the samples so far. */
	List<Sample> samples() {
		return List.copyOf(this.samples);
	}

	private void sample() {
		Histogram nanos = this.clients.nanos();
		this.samples.add(new Sample(seconds(), nanos.getTotalCount(), millis(nanos, 50), millis(nanos, 99),
				millis(nanos, 100), ofProcess(Footprint::descriptors), ofProcess(Footprint::threads)));
	}

	private static @Nullable Double millis(Histogram nanos, double percentile) {
		return (nanos.getTotalCount() > 0) ? Math.round(nanos.getValueAtPercentile(percentile) / 1e3) / 1e3 : null;
	}

	private @Nullable Integer ofProcess(LongToIntFunction figure) {
		try {
			return figure.applyAsInt(this.chaos.pid());
		}
		catch (UncheckedIOException ex) {
			return null;
		}
	}

	@Override
	public void close() {
		this.executor.shutdownNow();
	}

	/**
	 * What was seen since the sample before, and at its end.
	 *
	 * @param second when
	 * @param exchanges those that were complete
	 * @param p50 the median of their times, in milliseconds; null if there were none
	 * @param p99 the 99th percentile
	 * @param max the longest
	 * @param descriptors of the process; null if it did not run
	 * @param threads of the process
	 */
	record Sample(double second, long exchanges, @Nullable Double p50, @Nullable Double p99, @Nullable Double max,
			@Nullable Integer descriptors, @Nullable Integer threads) {

	}

}
