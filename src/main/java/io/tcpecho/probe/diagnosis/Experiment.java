package io.tcpecho.probe.diagnosis;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.stream.Stream;

import io.tcpecho.nio.EventLoop;
import io.tcpecho.probe.AddressFamily;
import io.tcpecho.probe.Entrance;
import io.tcpecho.probe.Evidence;
import io.tcpecho.probe.Evidence.Setup;
import io.tcpecho.probe.Exchange;
import io.tcpecho.probe.Exchange.Plan;
import io.tcpecho.probe.MessageFormat;
import io.tcpecho.probe.Result;
import io.tcpecho.probe.Target;
import io.tcpecho.probe.Verdict;
import io.tcpecho.probe.Way;
import org.jspecify.annotations.Nullable;

/**
 * Exchanges that differ in one thing each, so that a {@link Diagnosis} can tell causes
 * apart: a plain one, then at the same time others with a later half-close, with pauses,
 * with more bytes, to other addresses; sizes in between if a larger message hangs; other
 * framings, a TLS hello and a PROXY header, or an exchange without TLS, if no byte ever
 * came; and more plain ones if all is well. {@link #run} does them on the caller's
 * thread; any thread may {@link #stop()} it.
 */
public final class Experiment {

	/** Longer than HAProxy tries to reach a backend. */
	private static final Duration LONG_HALF_CLOSE_DELAY = Duration.ofMillis(3_500);

	private static final Duration SHORT_HALF_CLOSE_DELAY = Duration.ofMillis(500);

	/** So long after an exchange that is OK a RST is looked for. */
	private static final Duration RESET_WAIT = Duration.ofMillis(200);

	private static final Duration SHORTEST_STAGE = Duration.ofMillis(500);

	private static final Duration LOOP_END_TIMEOUT = Duration.ofSeconds(2);

	/** So many plain exchanges show a backend that fails now and then. */
	private static final int PLAIN_EXCHANGES = 8;

	/** A failure that is this rare is still seen nine times in ten. */
	private static final int EXCHANGES_TO_SEE_RARE_FAILURES = 32;

	/** An opening needs no more time than this. */
	private static final Duration OPENING_TIMEOUT = Duration.ofSeconds(2);

	/** Two packets at least, and no more than the server's default limit. */
	private static final int LARGER_IN_BYTES = 5_000;

	/** Messages around the sizes of packets. */
	private static final List<Integer> SIZES_IN_BYTES = List.of(500, 1_000, 1_200, 1_300, 1_400, 1_440, 2_000);

	private final Settings settings;

	private final long seed = new SecureRandom().nextLong();

	private final CompletableFuture<Void> stopped = new CompletableFuture<>();

	private long deadline;

	private long lastSeq;

	private @Nullable Way way;

	/** Create an experiment that has not started. */
	public Experiment(Settings settings) {
		this.settings = settings;
	}

	/**
	 * Do all exchanges, or as many as the budget or {@link #stop()} allow.
	 * @param steps is told each one with its result, on this thread
	 * @throws InterruptedException if this thread is interrupted; nothing is left behind
	 */
	public void run(Consumer<Step> steps) throws InterruptedException {
		this.deadline = System.nanoTime() + this.settings.budget().toNanos();
		Trial plain = trial("plain");
		EventLoop loop;
		try {
			loop = EventLoop.start("tcp-echo-diagnose", Exchange.sweepInterval(this.settings.timeout()));
		}
		catch (IOException ex) {
			steps.accept(withoutConnection(plain, Verdict.LOCAL_ERROR, String.valueOf(ex.getMessage())));
			return;
		}
		try {
			run(loop, this.settings.entrance()
				.towards(this.settings.target(), AddressFamily.ANY, this.settings.timeout().toNanos()), steps);
		}
		catch (UnknownHostException ex) {
			steps.accept(withoutConnection(plain, Verdict.DNS_FAILURE, String.valueOf(ex.getMessage())));
		}
		finally {
			loop.stop();
			loop.awaitEnd(LOOP_END_TIMEOUT);
		}
	}

	private void run(EventLoop loop, Way known, Consumer<Step> steps) throws InterruptedException {
		this.way = known;
		List<InetAddress> addresses = known.entrance().proxies().isEmpty() ? known.addresses()
				: known.addresses().subList(0, 1);
		List<Step> done = new ArrayList<>();
		Consumer<Step> each = (step) -> {
			done.add(step);
			steps.accept(step);
		};
		InetAddress first = addresses.get(0);
		stage(loop, List.of(trial("plain").to(first)), each);
		List<Trial> others = new ArrayList<>();
		for (int i = 1; i < PLAIN_EXCHANGES; i++) {
			others.add(trial("plain").to(first));
		}
		variations().forEach((trial) -> others.add(trial.to(first)));
		addresses.stream()
			.skip(1)
			.forEach((address) -> others.add(trial("address " + address.getHostAddress()).to(address)));
		stage(loop, others, each);
		if (done.stream().allMatch((step) -> step.is(Verdict.OK))) {
			for (int i = 0; i < EXCHANGES_TO_SEE_RARE_FAILURES; i += PLAIN_EXCHANGES) {
				stage(loop, Collections.nCopies(PLAIN_EXCHANGES, trial("plain").to(first)), each);
			}
		}
		else if (done.stream().noneMatch(Experiment::isAnswered)) {
			stage(loop, otherFramings().map((format) -> trial("framing " + format).format(format).to(first)).toList(),
					each);
			if (this.settings.entrance().isDirect()) {
				openings(first, steps);
			}
			else if (this.settings.entrance().tls() != null) {
				stage(loop, List.of(trial("without TLS").withoutTls().to(first)), each);
			}
		}
		if (done.stream().anyMatch(Experiment::isLargeAndHung)
				&& done.stream().anyMatch((step) -> step.is(Verdict.OK))) {
			stage(loop,
					SIZES_IN_BYTES.stream()
						.filter((size) -> this.settings.format().allows(size))
						.map((size) -> trial(size + " bytes").size(size).to(first))
						.toList(),
					each);
		}
	}

	private List<Trial> variations() {
		List<Trial> trials = new ArrayList<>();
		Duration pause = this.settings.pause();
		if (this.settings.format().isEndedByFin()) {
			for (Duration delay : List.of(SHORT_HALF_CLOSE_DELAY, this.settings.longHalfCloseDelay())) {
				trials.add(trial("half-close " + Words.time(delay.toNanos()) + " later").delay(delay));
			}
		}
		trials.add(trial("pause of " + Words.time(pause.toNanos()) + " before the message").pauseBefore(pause));
		trials.add(trial("pause of " + Words.time(pause.toNanos()) + " within the message").pauseWithin(pause));
		if (this.settings.format().allows(LARGER_IN_BYTES)) {
			trials.add(trial(LARGER_IN_BYTES + " bytes").size(LARGER_IN_BYTES));
		}
		this.settings.sizes().stream().skip(1).forEach((size) -> trials.add(trial(size + " bytes").size(size)));
		if (this.settings.linePort() > 0) {
			trials.add(trial("framing line at port " + this.settings.linePort()).line(this.settings.linePort()));
		}
		return trials;
	}

	private static boolean isLargeAndHung(Step step) {
		return step.exchange().filter((result) -> result.size() > SIZES_IN_BYTES.get(0)).isPresent()
				&& (step.is(Verdict.NO_REPLY) || step.is(Verdict.SEND_STALLED) || step.is(Verdict.STALLED));
	}

	/** Return whether an exchange shows what its peer speaks, or had no connection. */
	private static boolean isAnswered(Step step) {
		return step.is(Verdict.OK) || step.exchange()
			.filter((result) -> result.evidence().instead() != null
					|| result.evidence().ending() == Evidence.Ending.NO_CONNECTION)
			.isPresent();
	}

	/** Return framings that would be answered if the listener has them, and not ours. */
	private Stream<MessageFormat> otherFramings() {
		return Stream.of("eof", "line", "length-4")
			.filter((name) -> !name.equals(this.settings.format().toString()))
			.map(MessageFormat::of);
	}

	/** Begin connections with other bytes, each on one of its own. */
	private void openings(InetAddress address, Consumer<Step> steps) throws InterruptedException {
		Duration left = Duration.ofNanos(this.deadline - System.nanoTime());
		if (this.stopped.isDone() || left.compareTo(SHORTEST_STAGE) < 0) {
			return;
		}
		Duration timeout = (left.compareTo(OPENING_TIMEOUT) < 0) ? left : OPENING_TIMEOUT;
		InetSocketAddress peer = new InetSocketAddress(address, this.settings.target().port());
		byte[] message = this.settings.format().message(this.settings.sizes().get(0), this.seed, ++this.lastSeq);
		await(List.of(Opening.tls(peer, timeout).thenApply((answer) -> Step.of("TLS hello", answer)),
				Opening.proxyHeader(peer, this.settings.format(), message, timeout)
					.thenApply((answer) -> Step.of("PROXY header before the message", answer))),
				steps);
	}

	private Trial trial(String name) {
		return new Trial(name, this.settings.format(), this.settings.sizes().get(0), this.settings.target().port(),
				null, Duration.ZERO, Duration.ZERO, Duration.ZERO, this.settings.entrance());
	}

	/** Do some exchanges at the same time. */
	private void stage(EventLoop loop, List<Trial> trials, Consumer<Step> steps) throws InterruptedException {
		Duration left = Duration.ofNanos(this.deadline - System.nanoTime());
		if (this.stopped.isDone() || left.compareTo(SHORTEST_STAGE) < 0) {
			return;
		}
		List<CompletableFuture<Step>> running = trials.stream().map((trial) -> start(loop, trial, left)).toList();
		await(running, steps);
	}

	private void await(List<CompletableFuture<Step>> running, Consumer<Step> steps) throws InterruptedException {
		for (CompletableFuture<Step> step : running) {
			try {
				CompletableFuture.anyOf(step, this.stopped).get();
				if (!step.isDone()) {
					return;
				}
				steps.accept(step.join());
			}
			catch (ExecutionException ex) {
				throw new CompletionException(ex.getCause());
			}
		}
	}

	private CompletableFuture<Step> start(EventLoop loop, Trial trial, Duration left) {
		Duration timeout = this.settings.timeout().plus(trial.pause());
		Setup setup = trial.setup((timeout.compareTo(left) < 0) ? timeout : left);
		long seq = ++this.lastSeq;
		byte[] message = trial.format().message(trial.size(), this.seed, seq);
		CompletableFuture<Step> step = new CompletableFuture<>();
		Way there = Objects.requireNonNull(this.way).by(trial.entrance()).toPort(trial.port());
		loop.execute(() -> {
			long now = System.nanoTime();
			new Exchange(loop, new Plan(trial.size(), false, setup, RESET_WAIT, null, there), seq, message, now,
					(result, open) -> step.complete(Step.of(trial.name(), result)))
				.start(new InetSocketAddress(trial.address(), there.port()), null, now + setup.timeout().toNanos());
		});
		return step;
	}

	/** Let {@link #run} end now, without waiting for that. */
	public void stop() {
		this.stopped.complete(null);
	}

	private Step withoutConnection(Trial trial, Verdict verdict, String detail) {
		return Step.of(trial.name(),
				Result.withoutConnection(1, trial.size(), verdict, 0, detail, trial.setup(this.settings.timeout())));
	}

	/**
	 * Return what steps showed.
	 * @param steps of one experiment
	 */
	public static Observations observations(Collection<Step> steps) {
		Observations observations = new Observations();
		for (Step step : steps) {
			step.exchange().ifPresent(observations::add);
			step.opening().ifPresent(observations::add);
		}
		return observations;
	}

	/**
	 * One connection of an experiment: an exchange, or one that began with other bytes.
	 *
	 * @param name what is special about it, such as {@code plain}; several may share it
	 * @param exchange what an exchange showed; empty if there was none
	 * @param opening what came for other first bytes; empty if there were none
	 */
	public record Step(String name, Optional<Result> exchange, Optional<Answer> opening) {

		static Step of(String name, Result result) {
			return new Step(name, Optional.of(result), Optional.empty());
		}

		static Step of(String name, Answer answer) {
			return new Step(name, Optional.empty(), Optional.of(answer));
		}

		private boolean is(Verdict verdict) {
			return this.exchange.filter((result) -> result.verdict() == verdict).isPresent();
		}

	}

	/**
	 * What to do.
	 *
	 * @param target where to
	 * @param format the framing of the messages
	 * @param sizes payload bytes: first of most messages, then of one message each
	 * @param timeout the longest time of one exchange, without its pauses
	 * @param budget the longest time of all
	 * @param linePort a port of the same host with framing line; 0 for none
	 * @param entrance what comes between the connect and the message
	 */
	public record Settings(Target target, MessageFormat format, List<Integer> sizes, Duration timeout, Duration budget,
			int linePort, Entrance entrance) {

		/** An experiment needs time for its pauses. */
		private static final Duration SHORTEST_BUDGET = Duration.ofSeconds(6);

		private static final int LARGEST_PORT = 65_535;

		/**
		 * Check the values.
		 * @throws IllegalArgumentException naming the one that is wrong
		 */
		public Settings {
			sizes = List.copyOf(sizes);
			sizes.forEach(format::check);
			entrance.check(target);
			if (budget.compareTo(SHORTEST_BUDGET) < 0) {
				throw new IllegalArgumentException(
						"budget " + budget.toMillis() + "ms is less than " + SHORTEST_BUDGET.toMillis() + "ms");
			}
			if (linePort < 0 || linePort > LARGEST_PORT) {
				throw new IllegalArgumentException("line-port " + linePort + " is not between 1 and " + LARGEST_PORT);
			}
			if (timeout.isZero()) {
				throw new IllegalArgumentException("timeout 0ms is not more than 0ms");
			}
			// A plain exchange, the others with their pause, and the sizes must fit in.
			Duration longest = budget.dividedBy(6);
			timeout = (timeout.compareTo(longest) < 0) ? timeout : longest;
		}

		private Duration pause() {
			return this.budget.dividedBy(3);
		}

		private Duration longHalfCloseDelay() {
			Duration longest = pause();
			return (LONG_HALF_CLOSE_DELAY.compareTo(longest) < 0) ? LONG_HALF_CLOSE_DELAY : longest;
		}

	}

}
