package io.tcpecho.limits;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What follows from the deadlines of a connection.
 */
class ConnectionTimeoutsTests {

	private static final Duration LONG = Duration.ofMinutes(1);

	@ParameterizedTest
	@CsvSource({ "PT60S, PT0.5S", "PT2.004S, PT0.5S", "PT2S, PT0.5S", "PT1.996S, PT0.499S", "PT1S, PT0.25S",
			"PT0.044S, PT0.011S", "PT0.04S, PT0.01S", "PT0.036S, PT0.01S", "PT0.001S, PT0.01S" })
	void theSweepIntervalIsAQuarterOfTheShortestDeadlineWithinItsBounds(Duration shortest, Duration interval) {
		assertThat(timeouts(shortest, LONG, LONG, LONG).sweepInterval()).as("idle").isEqualTo(interval);
		assertThat(timeouts(LONG, shortest, LONG, LONG).sweepInterval()).as("message").isEqualTo(interval);
		assertThat(timeouts(LONG, LONG, shortest, LONG).sweepInterval()).as("service").isEqualTo(interval);
		assertThat(timeouts(LONG, LONG, LONG, shortest).sweepInterval()).as("write").isEqualTo(interval);
	}

	@ParameterizedTest
	@CsvSource({ "0, 30000", "1, 30001", "999, 30999", "1000, 31000", "1001, 31001", "70000000, 70030000" })
	void aReplyHasWriteAndItsSizeDividedByTheRate(long bytes, long millis) {
		ConnectionTimeouts timeouts = new ConnectionTimeouts(LONG, LONG, LONG, Duration.ofSeconds(30), 1000);
		assertThat(Duration.ofNanos(timeouts.writeTotalInNanos(bytes))).isEqualTo(Duration.ofMillis(millis));
	}

	@ParameterizedTest
	@ValueSource(longs = { 0, 1, Integer.MAX_VALUE })
	void whenThereIsNoRateAReplyMayTakeForEver(long bytes) {
		assertThat(timeouts(LONG, LONG, LONG, LONG).writeTotalInNanos(bytes)).isEqualTo(Long.MAX_VALUE);
	}

	@Test
	void whenTheRateIsOneByteASecondTheLargestReplyHasItsTime() {
		ConnectionTimeouts timeouts = new ConnectionTimeouts(LONG, LONG, LONG, Duration.ofSeconds(30), 1);
		assertThat(Duration.ofNanos(timeouts.writeTotalInNanos(Integer.MAX_VALUE)))
			.isEqualTo(Duration.ofSeconds(30L + Integer.MAX_VALUE));
	}

	private static ConnectionTimeouts timeouts(Duration idle, Duration message, Duration service, Duration write) {
		return new ConnectionTimeouts(idle, message, service, write, 0);
	}

}
