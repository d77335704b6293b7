package io.tcpecho.actuate;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tcpecho.actuate.RecentLatency.Percentiles;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@link RecentLatency}.
 */
class RecentLatencyTests {

	/** The width of a bucket: a percentile can be no more exact than that. */
	private static final Percentage BUCKET = Percentage.withPercentage(20);

	private final AtomicLong nanoTime = new AtomicLong(5);

	private final Timer timer = Timer.builder("exchanges")
		.publishPercentileHistogram()
		.minimumExpectedValue(Duration.ofNanos(10_000))
		.maximumExpectedValue(Duration.ofMinutes(1))
		.register(new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));

	private final RecentLatency latency = new RecentLatency(this.timer, this.nanoTime::get);

	@Test
	void withoutAnExchangeThereIsNoPercentile() {
		assertThat(this.latency.percentiles()).isNull();
	}

	@Test
	void percentilesAreThoseOfTheBuckets() {
		record(95, Duration.ofMillis(2));
		record(5, Duration.ofMillis(400));
		pass(3);
		Percentiles percentiles = this.latency.percentiles();
		assertThat(percentiles).isNotNull();
		assertThat(percentiles.seconds()).isEqualTo(3);
		assertThat(percentiles.exchanges()).isEqualTo(100);
		assertThat(percentiles.p50Millis()).isCloseTo(2, BUCKET);
		assertThat(percentiles.p99Millis()).isCloseTo(400, BUCKET);
	}

	@Test
	void whatIsOlderThanAMinuteIsForgotten() {
		record(1_000, Duration.ofSeconds(1));
		pass(30);
		record(10, Duration.ofMillis(5));
		pass(35);
		Percentiles percentiles = this.latency.percentiles();
		assertThat(percentiles).isNotNull();
		assertThat(percentiles.exchanges()).isEqualTo(10);
		assertThat(percentiles.seconds()).isBetween(60L, 65L);
		assertThat(percentiles.p99Millis()).isCloseTo(5, BUCKET);
		pass(30);
		assertThat(this.latency.percentiles()).isNull();
	}

	@Test
	void afterAPauseOfTheTicksTheWindowIsAsLongAsThePause() {
		record(10, Duration.ofMillis(5));
		this.nanoTime.addAndGet(TimeUnit.MINUTES.toNanos(10));
		Percentiles percentiles = this.latency.percentiles();
		assertThat(percentiles).isNotNull();
		assertThat(percentiles.seconds()).isEqualTo(600);
	}

	@Test
	void exchangesThatAreFasterOrSlowerThanAllBucketsGiveNoNonsense() {
		record(10, Duration.ofNanos(10));
		record(10, Duration.ofMinutes(5));
		Percentiles percentiles = this.latency.percentiles();
		assertThat(percentiles).isNotNull();
		assertThat(percentiles.p50Millis()).isBetween(0.0, 60_000.0);
		assertThat(percentiles.p99Millis()).isBetween(0.0, 60_000.0);
	}

	@Test
	void aTimerWithoutHistogramHasNoPercentiles() {
		RecentLatency none = new RecentLatency(new SimpleMeterRegistry().timer("exchanges"), this.nanoTime::get);
		assertThat(none.percentiles()).isNull();
	}

	private void record(int times, Duration duration) {
		for (int i = 0; i < times; i++) {
			this.timer.record(duration);
		}
	}

	private void pass(int seconds) {
		for (int i = 0; i < seconds; i++) {
			this.nanoTime.addAndGet(TimeUnit.SECONDS.toNanos(1));
			this.latency.tick();
		}
	}

}
