package io.tcpecho.monitor;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.tcpecho.probe.Result;
import io.tcpecho.probe.Verdict;

/**
 * The meters of the rows, as docs/metrics.md describes them. A peer has a counter for
 * each verdict that it has had, a timer and, with TLS, a gauge; all are removed with it.
 * Thread-safe.
 */
final class MonitorMeters {

	private static final String EXCHANGES = "tcp.echo.probe.exchanges";

	private static final String DURATION = "tcp.echo.probe.duration";

	private static final String EXPIRY = "tcp.echo.probe.certificate.expiry";

	private static final String PROBE = "probe";

	private static final String PEER = "peer";

	/** Few buckets, because each peer has them. */
	private static final Duration[] BUCKETS = { Duration.ofMillis(1), Duration.ofMillis(5), Duration.ofMillis(25),
			Duration.ofMillis(100), Duration.ofMillis(250), Duration.ofSeconds(1), Duration.ofMillis(2_500),
			Duration.ofSeconds(5) };

	private final MeterRegistry registry;

	private final Clock clock;

	/** When the certificate of a peer expires; a gauge refers to its value weakly. */
	private final Map<Tags, Expiry> expiries = new ConcurrentHashMap<>();

	/**
	 * Create the meters.
	 * @param clock tells how long certificates are still valid
	 */
	MonitorMeters(MeterRegistry registry, Clock clock) {
		this.registry = registry;
		this.clock = clock;
	}

	/** Return the counts of a row. The counter of OK exists from the beginning. */
	Row.Counts of(String probe, String peer) {
		Tags tags = Tags.of(PROBE, probe, PEER, peer);
		exchanges(tags, Verdict.OK);
		return new Row.Counts() {

			@Override
			public void count(Result result) {
				exchanges(tags, result.verdict()).increment();
				if (result.verdict() == Verdict.OK) {
					duration(tags).record(result.totalNanos(), TimeUnit.NANOSECONDS);
				}
			}

			@Override
			public void countHeld(Verdict verdict) {
				exchanges(tags, verdict).increment();
			}

			@Override
			public void certificate(Instant expiresAt) {
				expiry(tags).at = expiresAt;
			}

		};
	}

	private Counter exchanges(Tags tags, Verdict verdict) {
		return Counter.builder(EXCHANGES)
			.tags(tags.and("verdict", verdict.name()))
			.description("Exchanges of the monitor that have ended")
			.register(this.registry);
	}

	private Timer duration(Tags tags) {
		return Timer.builder(DURATION)
			.tags(tags)
			.description("Connect to the end of an exchange of the monitor that was OK")
			.serviceLevelObjectives(BUCKETS)
			.register(this.registry);
	}

	private Expiry expiry(Tags tags) {
		return this.expiries.computeIfAbsent(tags, (key) -> {
			Expiry expiry = new Expiry();
			Gauge.builder(EXPIRY, expiry, (current) -> current.seconds(this.clock))
				.tags(tags)
				.baseUnit("seconds")
				.description("Time until the first certificate of the peer's chain expires")
				.register(this.registry);
			return expiry;
		});
	}

	/** Remove the meters of a row. */
	void remove(String probe, String peer) {
		Tags tags = Tags.of(PROBE, probe, PEER, peer);
		this.expiries.remove(tags);
		for (String name : new String[] { EXCHANGES, DURATION, EXPIRY }) {
			this.registry.find(name).tags(tags).meters().forEach(this::remove);
		}
	}

	private void remove(Meter meter) {
		this.registry.remove(meter);
	}

	/** When a certificate expires. */
	private static final class Expiry {

		private volatile Instant at = Instant.EPOCH;

		double seconds(Clock clock) {
			return Duration.between(clock.instant(), this.at).toSeconds();
		}

	}

}
