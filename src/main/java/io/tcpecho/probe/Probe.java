package io.tcpecho.probe;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

import io.tcpecho.nio.EventLoop;
import io.tcpecho.nio.NioClientConnection;
import io.tcpecho.probe.Evidence.Setup;
import io.tcpecho.probe.Exchange.Plan;
import org.jspecify.annotations.Nullable;

/**
 * Exchanges one after the other, each looked up and connected anew unless connections are
 * to be kept: a ping for TCP. {@link #run} does them on the caller's thread; any thread
 * may {@link #stop()} it.
 */
public final class Probe {

	private static final Duration LOOP_END_TIMEOUT = Duration.ofSeconds(2);

	private final Settings settings;

	/** Tells the messages of this run from those of others. */
	private final long seed = ThreadLocalRandom.current().nextLong();

	private final CompletableFuture<Void> stopped = new CompletableFuture<>();

	private long lastSeq;

	/** The connection for the next exchange, null if that needs one of its own. */
	private @Nullable NioClientConnection kept;

	/** How many exchanges it has carried. */
	private int carried;

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
			ClientTls tls = this.settings.options().entrance().tls();
			if (tls != null) {
				tls.warmUp();
			}
			run(loop, results);
		}
		finally {
			NioClientConnection left = this.kept;
			if (left != null) {
				loop.execute(left::finish);
			}
			loop.stop();
			loop.awaitEnd(LOOP_END_TIMEOUT);
		}
	}

	private void run(EventLoop loop, Consumer<Result> results) throws InterruptedException {
		long next = System.nanoTime();
		for (long round = 1; this.settings.hasRound(round); round++) {
			if (isStoppedWithin(next - System.nanoTime())) {
				return;
			}
			next = System.nanoTime() + this.settings.interval().toNanos();
			round(loop, this.settings.size(round), results);
		}
	}

	/** Make the next exchange, or one with each address. */
	private void round(EventLoop loop, int size, Consumer<Result> results) throws InterruptedException {
		Plan plan = plan(size);
		if (this.kept != null) {
			exchange(loop, plan, null, new Origin(Instant.now(), Evidence.UNKNOWN, List.of()), results);
			return;
		}
		Instant beganAt = Instant.now();
		long startedAt = System.nanoTime();
		Way way;
		try {
			way = this.settings.options()
				.entrance()
				.towards(this.settings.target(), this.settings.options().family(), this.settings.timeout().toNanos());
		}
		catch (UnknownHostException ex) {
			tell(Result.withoutConnection(++this.lastSeq, size, Verdict.DNS_FAILURE, System.nanoTime() - startedAt,
					String.valueOf(ex.getMessage()), plan.setup()), beganAt, results);
			return;
		}
		List<InetAddress> addresses = way.addresses();
		Origin origin = new Origin(beganAt, System.nanoTime() - startedAt, addresses);
		for (InetAddress address : this.settings.options().allAddresses() ? addresses : addresses.subList(0, 1)) {
			if (isStopped()) {
				return;
			}
			exchange(loop, plan.on(way), new InetSocketAddress(address, way.port()), origin, results);
			origin = new Origin(Instant.now(), Evidence.UNKNOWN, addresses);
		}
	}

	private Plan plan(int size) {
		return new Plan(size, this.carried + 1 < this.settings.options().keep(), this.settings.setup(size),
				this.settings.options().resetWait(), null);
	}

	/**
	 * Make an exchange.
	 * @param peer where to; null for the connection that was kept
	 */
	private void exchange(EventLoop loop, Plan plan, @Nullable InetSocketAddress peer, Origin origin,
			Consumer<Result> results) throws InterruptedException {
		long seq = ++this.lastSeq;
		byte[] message;
		try {
			message = this.settings.format().message(plan.size(), this.seed, seq);
		}
		catch (OutOfMemoryError ex) {
			// One array too large for the heap; there is memory for everything else.
			tell(Result.withoutConnection(seq, plan.size(), Verdict.LOCAL_ERROR, 0, "no memory for the message",
					plan.setup()), origin.beganAt(), results);
			return;
		}
		long startedAt = System.nanoTime() - Math.max(0, origin.resolvedNanos());
		long deadline = startedAt + this.settings.timeout().toNanos();
		NioClientConnection open = this.kept;
		CompletableFuture<Ended> future = new CompletableFuture<>();
		loop.execute(() -> {
			Exchange exchange = new Exchange(loop, plan, seq, message, startedAt, (result, left) -> {
				if (left != null) {
					// What happens until the next exchange is that one's to see.
					left.deadline(NioClientConnection.NO_DEADLINE);
					left.stopReading();
				}
				future.complete(new Ended(result, left));
			});
			start(exchange, peer, open, deadline);
		});
		if (isStoppedBefore(future)) {
			return;
		}
		Ended ended = future.join();
		this.kept = ended.left();
		this.carried = (this.kept != null) ? this.carried + 1 : 0;
		Evidence evidence = ended.result().evidence();
		results.accept(ended.result()
			.with(evidence.with(origin.beganAt(), origin.resolvedNanos(),
					origin.othersThan((peer != null) ? peer.getAddress() : null))));
	}

	private void start(Exchange exchange, @Nullable InetSocketAddress peer, @Nullable NioClientConnection open,
			long deadline) {
		InetSocketAddress source = this.settings.options().source();
		if (peer == null) {
			exchange.start(Objects.requireNonNull(open), deadline);
		}
		else if (source != null) {
			exchange.startFrom(source, peer, deadline);
		}
		else {
			exchange.start(peer, null, deadline);
		}
	}

	private void tell(Result result, Instant beganAt, Consumer<Result> results) {
		results.accept(result.with(result.evidence().with(beganAt, Evidence.UNKNOWN, List.of())));
	}

	/** Let {@link #run} end now, without waiting for that. */
	public void stop() {
		this.stopped.complete(null);
	}

	/** Return whether it was told to stop. */
	public boolean isStopped() {
		return this.stopped.isDone();
	}

	private boolean isStoppedBefore(CompletableFuture<?> result) throws InterruptedException {
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

	/**
	 * When an exchange began, and with which addresses.
	 *
	 * @param beganAt the time of day
	 * @param resolvedNanos how long the look-up took; {@link Evidence#UNKNOWN} if there
	 * was none
	 * @param addresses those of the name
	 */
	private record Origin(Instant beganAt, long resolvedNanos, List<InetAddress> addresses) {

		List<InetAddress> othersThan(@Nullable InetAddress tried) {
			return (this.addresses.size() < 2) ? List.of()
					: this.addresses.stream().filter((address) -> !address.equals(tried)).toList();
		}

	}

	/** A result, and the connection that can be used for another exchange. */
	private record Ended(Result result, @Nullable NioClientConnection left) {

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
	 * @param options what else is asked for
	 */
	public record Settings(Target target, MessageFormat format, List<Integer> sizes, long count, Duration interval,
			Duration timeout, Duration halfCloseDelay, Options options) {

		/** Create settings without options. */
		public Settings(Target target, MessageFormat format, List<Integer> sizes, long count, Duration interval,
				Duration timeout, Duration halfCloseDelay) {
			this(target, format, sizes, count, interval, timeout, halfCloseDelay, Options.NONE);
		}

		/**
		 * Check the values against each other.
		 * @throws IllegalArgumentException naming the one that is wrong
		 */
		public Settings {
			sizes = List.copyOf(sizes);
			sizes.forEach(format::check);
			options.entrance().check(target);
			options.entrance().preamble().check(format);
			if (count < 0) {
				throw new IllegalArgumentException("count " + count + " is less than 0");
			}
			if (count == 0 && sizes.size() > 1) {
				throw new IllegalArgumentException("count 0 needs a single size, not " + sizes.size());
			}
			if (timeout.isZero()) {
				throw new IllegalArgumentException("timeout 0ms is not more than 0ms");
			}
			requireLess("half-close-delay", halfCloseDelay, timeout);
			requireLess("pause", options.pauseWithin(), timeout);
			requireLess("pause-before", options.pauseBefore(), timeout);
			requireLess("pause-before + pause + half-close-delay",
					halfCloseDelay.plus(options.pauseWithin()).plus(options.pauseBefore()), timeout);
			if (!halfCloseDelay.isZero() && !format.isEndedByFin()) {
				throw new IllegalArgumentException("half-close-delay needs framing eof, not " + format);
			}
			if (options.keep() > 1 && format.isEndedByFin()) {
				throw new IllegalArgumentException("keep " + options.keep()
						+ " needs a framing that keeps connections, such as line, not " + format);
			}
			sizes.stream()
				.filter((size) -> !options.pauseWithin().isZero() && format.sizeOnWire(size) < 2)
				.findFirst()
				.ifPresent((size) -> {
					throw new IllegalArgumentException("pause needs messages of at least 2 bytes, not " + size);
				});
		}

		private static void requireLess(String name, Duration value, Duration timeout) {
			if (value.compareTo(timeout) >= 0) {
				throw new IllegalArgumentException(
						name + " " + value.toMillis() + "ms is not less than timeout " + timeout.toMillis() + "ms");
			}
		}

		private Setup setup(int size) {
			return Setup.of(this.format, this.format.sizeOnWire(size), this.timeout, this.halfCloseDelay)
				.pausing(this.options.pauseBefore(), this.options.pauseWithin())
				.by(this.options.entrance());
		}

		private boolean hasRound(long round) {
			return this.count == 0 || (round - 1) / this.count < this.sizes.size();
		}

		private int size(long round) {
			return this.sizes.get((this.count == 0) ? 0 : (int) ((round - 1) / this.count));
		}

	}

	/**
	 * What else may be asked for.
	 *
	 * @param family which addresses of the name may be used
	 * @param allAddresses whether each exchange is made with every one of them, and not
	 * only with the first
	 * @param source the address to connect from, port 0 for any; null for the system's
	 * choice
	 * @param keep so many exchanges on a connection; more than 1 only in framings that
	 * keep it
	 * @param pauseBefore the time before the first byte of each message
	 * @param pauseWithin the time between the two halves of each message
	 * @param resetWait how long to look for a RST after an exchange that is OK, before
	 * the next begins; 0 for not at all
	 * @param entrance what comes between the connect and the message
	 */
	public record Options(AddressFamily family, boolean allAddresses, @Nullable InetSocketAddress source, int keep,
			Duration pauseBefore, Duration pauseWithin, Duration resetWait, Entrance entrance) {

		/** Nothing else is asked for. */
		public static final Options NONE = new Options(AddressFamily.ANY, false, null, 1, Duration.ZERO, Duration.ZERO,
				Duration.ZERO, Entrance.DIRECT);

		/**
		 * Check the values against each other.
		 * @throws IllegalArgumentException naming the one that is wrong
		 */
		public Options {
			if (keep < 1) {
				throw new IllegalArgumentException("keep " + keep + " is less than 1");
			}
			if (keep > 1 && allAddresses) {
				throw new IllegalArgumentException("keep " + keep + " needs a single address, not all-addresses");
			}
			if (allAddresses && !entrance.proxies().isEmpty()) {
				throw new IllegalArgumentException(
						"all-addresses needs connections without a proxy, not via " + entrance.proxies().get(0));
			}
			if (source != null && family == AddressFamily.ANY) {
				family = AddressFamily.of(source.getAddress());
			}
			if (source != null && !family.contains(source.getAddress())) {
				throw new IllegalArgumentException(
						"source " + source.getAddress().getHostAddress() + " is no " + family);
			}
		}

		/** Return these options with pauses. */
		public Options pausing(Duration before, Duration within) {
			return new Options(this.family, this.allAddresses, this.source, this.keep, before, within, this.resetWait,
					this.entrance);
		}

		/** Return these options with exchanges with every address. */
		public Options withAllAddresses() {
			return new Options(this.family, true, this.source, this.keep, this.pauseBefore, this.pauseWithin,
					this.resetWait, this.entrance);
		}

		/** Return these options with a look for a RST after each exchange. */
		public Options withResetWait(Duration wait) {
			return new Options(this.family, this.allAddresses, this.source, this.keep, this.pauseBefore,
					this.pauseWithin, wait, this.entrance);
		}

	}

}
