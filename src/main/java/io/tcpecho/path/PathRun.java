package io.tcpecho.path;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import io.tcpecho.probe.Resolver;
import org.jspecify.annotations.Nullable;

/**
 * The measurements of one path, one after the other. {@link #run} makes them on the
 * caller's thread; any thread may {@link #stop()} it.
 */
public final class PathRun {

	private static final String PLAIN = "needs a lab at the far end (service: lab), and this is ";

	/** The mtu measurement takes at most so many timeouts for each direction. */
	private static final int MTU_TIMEOUTS = 11;

	private static final Duration ENDS = Duration.ofSeconds(12);

	private final PathSettings settings;

	private volatile boolean stopped;

	private volatile @Nullable Steps steps;

	/** Create a run that has not started. */
	public PathRun(PathSettings settings) {
		this.settings = settings;
	}

	/**
	 * Make all measurements, or as many as there are until {@link #stop()}.
	 * @param listener is told what is found, on this thread
	 * @throws IOException if this machine has no descriptor left
	 * @throws InterruptedException if this thread is interrupted
	 */
	public void run(Listener listener) throws IOException, InterruptedException {
		InetAddress address;
		try {
			address = Resolver.system()
				.lookUp(this.settings.target().host(), this.settings.family(), this.settings.timeout().toNanos())
				.get(0);
		}
		catch (UnknownHostException ex) {
			measurements().forEach((measurement) -> listener
				.found(Finding.of(measurement, "", Word.NOT_MEASURABLE, String.valueOf(ex.getMessage()))));
			return;
		}
		try (Steps running = new Steps(new InetSocketAddress(address, this.settings.target().port()),
				this.settings.timeout())) {
			this.steps = running;
			measure(running, listener);
		}
		catch (InterruptedException ex) {
			if (!this.stopped) {
				throw ex;
			}
		}
	}

	private void measure(Steps running, Listener listener) throws InterruptedException {
		FarEnd farEnd = FarEnd.ask(running);
		for (Measurement measurement : measurements()) {
			if (this.stopped) {
				return;
			}
			if (farEnd.kind() == FarEnd.Kind.NEITHER) {
				listener.found(Finding.of(measurement, "", Word.NOT_MEASURABLE,
						"the far end is neither a lab nor an echo that half-closes: " + farEnd.text()));
				continue;
			}
			listener.begin(measurement, longest(measurement, farEnd));
			measure(measurement, running, farEnd).forEach(listener::found);
		}
	}

	private List<Finding> measure(Measurement measurement, Steps running, FarEnd farEnd) throws InterruptedException {
		if (measurement == Measurement.MTU) {
			return new MtuMeasurement(running, farEnd).measure();
		}
		if (measurement == Measurement.IDLE) {
			return List.of(idle(running, farEnd));
		}
		if (!farEnd.isLab()) {
			return List.of(Finding.of(measurement, "", Word.NOT_MEASURABLE, PLAIN + farEnd.text()));
		}
		return (measurement == Measurement.ENDS) ? new EndsMeasurement(running).measure()
				: List.of(halfClose(running, farEnd));
	}

	private Finding idle(Steps running, FarEnd farEnd) throws InterruptedException {
		String subject = idleSubject();
		boolean serverFirst = this.settings.first() == Speaker.SERVER;
		if (serverFirst && !farEnd.isLab()) {
			return Finding.of(Measurement.IDLE, subject, Word.NOT_MEASURABLE, PLAIN + farEnd.text());
		}
		Ladder ladder = new Ladder(running, Measurement.IDLE,
				(millis) -> idleStep(farEnd, Duration.ofMillis(millis), serverFirst));
		Finding finding = ladder.climb(this.settings.maxIdle());
		boolean unclear = !farEnd.isLab() && ladder.isEndedInSilence();
		return new Finding(finding.measurement(), subject, unclear ? Word.NOT_MEASURABLE : finding.word(),
				finding.text() + (unclear ? ": that may be the far end's own timeout (timeouts.idle of tcp-echo is"
						+ " 30 s) or a proxy's; a lab has none" : ""),
				finding.good(), finding.bad(), finding.rungs());
	}

	private String idleSubject() {
		List<String> words = new ArrayList<>();
		if (this.settings.first() == Speaker.SERVER) {
			words.add("server first");
		}
		if (!this.settings.keepAlive().isZero()) {
			words.add("keepalive " + Durations.text(this.settings.keepAlive()));
		}
		return String.join(", ", words);
	}

	private Step idleStep(FarEnd farEnd, Duration silence, boolean serverFirst) {
		byte[] message = Step.bytes("still here?");
		return serverFirst
				? new Step(farEnd.line(" wait=" + FarEnd.millis(silence) + " size=" + message.length), Duration.ZERO,
						message, Step.End.NOTHING, silence, message, this.settings.keepAlive())
				: new Step(farEnd.line(""), silence, message, Step.End.FIN, Duration.ZERO, message,
						this.settings.keepAlive());
	}

	private Finding halfClose(Steps running, FarEnd farEnd) throws InterruptedException {
		byte[] message = Step.bytes("take your time");
		return new Ladder(running, Measurement.HALF_CLOSE, (millis) -> {
			Duration wait = Duration.ofMillis(millis);
			return new Step(farEnd.line(" wait=" + FarEnd.millis(wait)), Duration.ZERO, message, Step.End.FIN, wait,
					message);
		}).climb(this.settings.maxHalfClose());
	}

	private List<Measurement> measurements() {
		return Arrays.stream(Measurement.values()).filter(this.settings.measurements()::contains).toList();
	}

	private Duration longest(Measurement measurement, FarEnd farEnd) {
		Duration timeout = this.settings.timeout();
		return switch (measurement) {
			case MTU -> timeout.multipliedBy(MTU_TIMEOUTS).multipliedBy(farEnd.isLab() ? 2 : 1);
			case IDLE -> this.settings.maxIdle().plus(timeout).multipliedBy(2);
			case HALF_CLOSE ->
				farEnd.isLab() ? this.settings.maxHalfClose().plus(timeout).multipliedBy(2) : Duration.ZERO;
			case ENDS -> farEnd.isLab() ? ENDS.plus(timeout.multipliedBy(3)) : Duration.ZERO;
		};
	}

	/** End soon, without a further finding. */
	public void stop() {
		this.stopped = true;
		Steps running = this.steps;
		if (running != null) {
			running.stop();
		}
	}

	/** Is told what a run does and finds. */
	public interface Listener {

		/**
		 * A measurement begins.
		 * @param longest the longest time that it takes
		 */
		void begin(Measurement measurement, Duration longest);

		/** Something is found. */
		void found(Finding finding);

	}

}
