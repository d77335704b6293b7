package io.tcpecho.load;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which time of a load counts.
 */
class WindowTests {

	@ParameterizedTest
	@CsvSource({ "0, false, false", "199, false, false", "200, true, false", "201, true, false", "1199, true, false",
			"1200, true, true", "1201, true, true" })
	void whenATimeIsAtAnEdgeOfTheWindowItIsInOrOut(long elapsed, boolean counts, boolean over) {
		assertThat(window(0).counts(elapsed)).isEqualTo(counts);
		assertThat(window(0).isOver(elapsed)).isEqualTo(over);
	}

	@ParameterizedTest
	@CsvSource({ "0, 0", "200, 0", "201, 1", "1199, 999", "1200, 1000", "5000, 1000" })
	void whenALoadIsStoppedTheTimeUntilThenWasMeasured(long elapsed, long counted) {
		assertThat(window(0).counted(elapsed)).hasNanos(counted);
	}

	@ParameterizedTest
	@ValueSource(longs = { Long.MAX_VALUE, Long.MAX_VALUE - 700, Long.MIN_VALUE })
	void whenTheClockOverflowsTheWindowIsTheSame(long start) {
		assertThat(window(start).counts(start + 199)).isFalse();
		assertThat(window(start).counts(start + 200)).isTrue();
		assertThat(window(start).isOver(start + 1199)).isFalse();
		assertThat(window(start).isOver(start + 1200)).isTrue();
		assertThat(window(start).counted(start + 700)).hasNanos(500);
	}

	@Test
	void whenThereIsNoWarmUpTheStartCounts() {
		assertThat(new Window(7, Duration.ZERO, Duration.ofNanos(1)).counts(7)).isTrue();
	}

	private static Window window(long start) {
		return new Window(start, Duration.ofNanos(200), Duration.ofNanos(1_000));
	}

}
