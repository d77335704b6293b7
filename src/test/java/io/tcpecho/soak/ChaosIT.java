package io.tcpecho.soak;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import io.tcpecho.soak.SvgPlot.Point;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The packaged jar on a bad day: chaos of every kind in turn, while clients go on.
 * {@code -Dtest.chaos.seconds} sets how long; each kind comes once at least.
 */
@Tag("reliability")
class ChaosIT {

	private static final Duration LENGTH = Duration.ofSeconds(Integer.getInteger("test.chaos.seconds", 20));

	private static final int CLIENTS = 8;

	/** Exchanges that fill caches before it counts. */
	private static final int WARM_UP = 5_000;

	private static final double MEBIBYTE = 1024 * 1024;

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	@Test
	@DisplayName("Through chaos of every kind each reply is complete or reset, and nothing grows")
	void throughChaosEachReplyIsCompleteOrReset() {
		try (Chaos chaos = new Chaos()) {
			exchange(chaos, WARM_UP);
			Footprint before = awaitQuiet(chaos);
			List<Step> steps = new ArrayList<>();
			try (SteadyClients clients = new SteadyClients(chaos.port(), CLIENTS);
					Watch watch = new Watch(chaos, clients, LENGTH)) {
				try {
					do {
						kinds(chaos).forEach((name, kind) -> {
							double began = watch.seconds();
							kind.run();
							clients.check();
							double ended = watch.seconds();
							steps.add(new Step(name, began, ended, Footprint.settled(chaos.pid(), before)));
							exchange(chaos, 1);
						});
					}
					while (watch.seconds() < LENGTH.toSeconds());
					clients.stop();
				}
				finally {
					report(watch.seconds(), before, clients, steps, watch.samples());
				}
				assertThat(clients.complete()).isPositive();
			}
			assertThat(steps).allSatisfy((step) -> step.footprint().assertNoMoreThan(before, CLIENTS));
			awaitQuiet(chaos).assertNoMoreThan(before, 0);
		}
	}

	private static Map<String, Runnable> kinds(Chaos chaos) {
		Map<String, Runnable> kinds = new LinkedHashMap<>();
		kinds.put("readers stop", chaos::readersStop);
		kinds.put("flood", chaos::clientsFlood);
		kinds.put("descriptors", chaos::descriptorsRunOut);
		kinds.put("SIGTERM", chaos::restart);
		kinds.put("SIGSTOP", chaos::processPauses);
		return kinds;
	}

	/** Let clients make so many exchanges, as a server that is well answers them. */
	private static void exchange(Chaos chaos, int count) {
		try (SteadyClients clients = new SteadyClients(chaos.port(), CLIENTS)) {
			await().atMost(PATIENCE).until(() -> clients.complete() >= count);
			clients.stop();
			assertThat(clients.reset() + clients.refused()).as("failed exchanges").isZero();
		}
	}

	private static Footprint awaitQuiet(Chaos chaos) {
		await().atMost(PATIENCE).until(() -> chaos.openConnections() == 0);
		assertThat(chaos.buffered()).isZero();
		return Footprint.of(chaos.pid());
	}

	private static void report(double seconds, Footprint before, SteadyClients clients, List<Step> steps,
			List<Watch.Sample> samples) {
		new SoakReport().with("seconds", Math.round(seconds))
			.with("complete", clients.complete())
			.with("reset", clients.reset())
			.with("refused", clients.refused())
			.with("before", before)
			.with("steps", steps)
			.with("samples", samples)
			.write("reliability-soak.json");
		SoakPlot plot = new SoakPlot(seconds).line("Time of an exchange, ms, p50", points(samples, Watch.Sample::p50))
			.line("Time of an exchange, ms, p99", points(samples, Watch.Sample::p99))
			.line("Time of an exchange, ms, max", points(samples, Watch.Sample::max))
			.line("Live heap after a full collection, MiB",
					steps.stream()
						.map((step) -> new Point(step.ended(), step.footprint().liveHeap() / MEBIBYTE))
						.toList())
			.line("Descriptors", points(samples, Watch.Sample::descriptors))
			.line("Threads", points(samples, Watch.Sample::threads));
		steps.stream()
			.map(Step::kind)
			.distinct()
			.forEach((kind) -> plot.marks(kind,
					steps.stream().filter((step) -> step.kind().equals(kind)).map(Step::began).toList()));
		SoakReport.write("reliability-soak.svg", plot.toString());
	}

	private static List<Point> points(List<Watch.Sample> samples, Function<Watch.Sample, @Nullable Number> value) {
		return samples.stream().map((sample) -> {
			Number y = value.apply(sample);
			return new Point(sample.second(), (y != null) ? y.doubleValue() : Double.NaN);
		}).toList();
	}

	/**
	 * A piece of chaos.
	 *
	 * @param kind what it was
	 * @param began when it began, in seconds
	 * @param ended when it was over
	 * @param footprint what the process had then
	 */
	private record Step(String kind, double began, double ended, Footprint footprint) {

	}

}
