package io.tcpecho.connection;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The counters of a listener.
 */
class ListenerCountersTests {

	private final ListenerCounters counters = new ListenerCounters();

	@Test
	void whenNothingHappenedEveryCounterIsZero() {
		assertThat(this.counters.acceptedCount()).isZero();
		assertThat(this.counters.closedCount()).isZero();
		assertThat(Outcome.values()).allSatisfy((outcome) -> assertThat(this.counters.count(outcome)).isZero());
	}

	@ParameterizedTest
	@EnumSource(Outcome.class)
	void whenAConnectionEndsOnlyItsOutcomeIsCounted(Outcome ended) {
		this.counters.accepted();
		this.counters.closed(summary(ended));
		for (Outcome outcome : Outcome.values()) {
			assertThat(this.counters.count(outcome)).as("%s", outcome).isEqualTo((outcome == ended) ? 1 : 0);
		}
		assertThat(this.counters.closedCount()).isEqualTo(1);
		assertThat(this.counters.acceptedCount()).isEqualTo(1);
	}

	@Test
	void whileAConnectionIsOpenItIsAcceptedAndNotClosed() {
		this.counters.accepted();
		this.counters.accepted();
		this.counters.closed(summary(Outcome.REPLIED));
		assertThat(this.counters.acceptedCount()).isEqualTo(2);
		assertThat(this.counters.closedCount()).isEqualTo(1);
	}

	@Test
	void whenManyThreadsCountNothingIsLost() throws Exception {
		int threads = 4;
		int connections = 10_000;
		ExecutorService executor = Executors.newFixedThreadPool(threads);
		try {
			List<Future<?>> results = new ArrayList<>();
			for (int thread = 0; thread < threads; thread++) {
				results.add(executor.submit(() -> {
					for (int i = 0; i < connections; i++) {
						this.counters.accepted();
						this.counters.closed(summary(Outcome.values()[i % Outcome.values().length]));
					}
				}));
			}
			for (Future<?> result : results) {
				result.get(20, TimeUnit.SECONDS);
			}
		}
		finally {
			executor.shutdownNow();
		}
		assertThat(this.counters.acceptedCount()).isEqualTo(threads * connections);
		assertThat(this.counters.closedCount()).isEqualTo(threads * connections);
	}

	private static ConnectionSummary summary(Outcome outcome) {
		return new ConnectionSummary("echo-1", "echo", null, 0, 0, 0, Duration.ZERO, outcome, false,
				ConnectionDetails.NONE);
	}

}
