package io.tcpecho.probe;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

import io.tcpecho.nio.EventLoop;
import io.tcpecho.probe.Evidence.Setup;
import io.tcpecho.probe.Exchange.Plan;

/**
 * Exchanges one after the other, each looked up and connected anew: a ping for TCP.
 * {@link #run} does them on the caller's thread; any thread may {@link #stop()} it.
 */
public final class Probe {

	private static final Duration LOOP_END_TIMEOUT = Duration.ofSeconds(2);

	private final Settings settings;

	private final long seed = new SecureRandom().nextLong();

	private final CompletableFuture<Void> stopped = new CompletableFuture<>();

	/** Create a probe that has not started. */
	public Probe(Settings settings) {
		this.settings = settings;
	}

	/**
	 * Do all exchanges, or as many as there are until {@link #stop()}, which leaves the
	 * one in flight without a result.
	 * @param results is told each result, on this thread
	 * @throws InterruptedException if this thread is interrupted; nothing is left behind
	 */
	public void run(Consumer<Result> results) throws InterruptedException {
		EventLoop loop;
		try {
			loop = EventLoop.start("tcp-echo-probe", Exchange.sweepInterval(this.settings.timeout()));
		}
		catch (IOException ex) {
			int size = this.settings.sizes().get(0);
			results.accept(Result.withoutConnection(1, size, Verdict.LOCAL_ERROR, 0, String.valueOf(ex.getMessage()),
					this.settings.setup(size)));
			return;
		}
		try {
			WarmUp.run(loop);
			run(loop, results);
		}
		finally {
			loop.stop();
			loop.awaitEnd(LOOP_END_TIMEOUT);
		}
	}

	private void run(EventLoop loop, Consumer<Result> results) throws InterruptedException {
		long next = System.nanoTime();
		for (long seq = 1; this.settings.hasExchange(seq); seq++) {
			if (isStoppedWithin(next - System.nanoTime())) {
				return;
			}
			next = System.nanoTime() + this.settings.interval().toNanos();
			CompletableFuture<Result> result = exchange(loop, seq, this.settings.size(seq));
			if (isStoppedBefore(result)) {
				return;
			}
			results.accept(result.join());
		}
	}

	/** Let {@link #run} end now, without waiting for that. */
	public void stop() {
		this.stopped.complete(null);
	}

	private boolean isStoppedBefore(CompletableFuture<Result> result) throws InterruptedException {
		try {
			CompletableFuture.anyOf(result, this.stopped).get();
			return !result.isDone();
		}
		catch (ExecutionException ex) {
			throw new CompletionException(ex.getCause());
		}
	}

	private boolean isStoppedWithin(long nanos) throws InterruptedException {
		try {
			this.stopped.get(Math.max(0, nanos), TimeUnit.NANOSECONDS);
			return true;
		}
		catch (TimeoutException ex) {
			return false;
		}
		catch (ExecutionException ex) {
			throw new CompletionException(ex.getCause());
		}
	}

	private CompletableFuture<Result> exchange(EventLoop loop, long seq, int size) throws InterruptedException {
		MessageFormat format = this.settings.format();
		Setup setup = this.settings.setup(size);
		byte[] message;
		try {
			message = format.message(size, this.seed, seq);
		}
		catch (OutOfMemoryError ex) {
			// One array too large for the heap; there is memory for everything else.
			return CompletableFuture.completedFuture(
					Result.withoutConnection(seq, size, Verdict.LOCAL_ERROR, 0, "no memory for the message", setup));
		}
		long startedAt = System.nanoTime();
		InetSocketAddress peer;
		try {
			peer = new InetSocketAddress(lookUp(), this.settings.target().port());
		}
		catch (UnknownHostException ex) {
			return CompletableFuture.completedFuture(Result.withoutConnection(seq, size, Verdict.DNS_FAILURE,
					System.nanoTime() - startedAt, String.valueOf(ex.getMessage()), setup));
		}
		Plan plan = new Plan(size, false, setup);
		long deadline = startedAt + this.settings.timeout().toNanos();
		CompletableFuture<Result> result = new CompletableFuture<>();
		loop.execute(() -> new Exchange(loop, plan, seq, message, startedAt, (ended, open) -> result.complete(ended))
			.start(peer, null, deadline));
		return result;
	}

	/**
	 * Look the name up, on a thread of its own: that wait cannot be bounded otherwise.
	 */
	private InetAddress lookUp() throws UnknownHostException, InterruptedException {
		String host = this.settings.target().host();
		try {
			return CompletableFuture.supplyAsync(() -> {
				try {
					return InetAddress.getByName(host);
				}
				catch (UnknownHostException ex) {
					throw new CompletionException(ex);
				}
			}).get(this.settings.timeout().toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (TimeoutException ex) {
			throw new UnknownHostException(host + ": no answer");
		}
		catch (ExecutionException ex) {
			throw new UnknownHostException(host + ": unknown name");
		}
	}

	/**
	 * What to do.
	 *
	 * @param target where to
	 * @param format the framing of the messages
	 * @param sizes payload bytes, one series of exchanges for each
	 * @param count exchanges of each size; 0 for any number of one size
	 * @param interval the time from the beginning of one exchange to that of the next,
	 * which begins later if the one before takes longer
	 * @param timeout the longest time of one exchange in all
	 * @param halfCloseDelay the time from the last byte sent to FIN; framing eof only
	 */
	public record Settings(Target target, MessageFormat format, List<Integer> sizes, long count, Duration interval,
			Duration timeout, Duration halfCloseDelay) {

		/**
		 * Check the values against each other.
		 * @throws IllegalArgumentException naming the one that is wrong
		 */
		public Settings {
			sizes = List.copyOf(sizes);
			sizes.forEach(format::check);
			if (count < 0) {
				throw new IllegalArgumentException("count " + count + " is less than 0");
			}
			if (count == 0 && sizes.size() > 1) {
				throw new IllegalArgumentException("count 0 needs a single size, not " + sizes.size());
			}
			if (timeout.isZero()) {
				throw new IllegalArgumentException("timeout 0ms is not more than 0ms");
			}
			if (halfCloseDelay.compareTo(timeout) >= 0) {
				throw new IllegalArgumentException("half-close-delay " + halfCloseDelay.toMillis()
						+ "ms is not less than timeout " + timeout.toMillis() + "ms");
			}
			if (!halfCloseDelay.isZero() && !format.isEndedByFin()) {
				throw new IllegalArgumentException("half-close-delay needs framing eof, not " + format);
			}
		}

		private Setup setup(int size) {
			return Setup.of(this.format, this.format.sizeOnWire(size), this.timeout, this.halfCloseDelay);
		}

		private boolean hasExchange(long seq) {
			return this.count == 0 || (seq - 1) / this.count < this.sizes.size();
		}

		private int size(long seq) {
			return this.sizes.get((this.count == 0) ? 0 : (int) ((seq - 1) / this.count));
		}

	}

}
