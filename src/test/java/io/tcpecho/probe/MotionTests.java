package io.tcpecho.probe;

import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * When bytes count as still moving at the timeout, with times in milliseconds.
 */
class MotionTests {

	private static final int UNKNOWN = -1;

	private static final Duration STRETCH = Duration.ofMillis(300);

	@ParameterizedTest
	@CsvSource({ "10ms, 4", "100ms, 10", "3s, 300", "5s, 500", "20s, 2000", "60s, 2000" })
	void theLastStretchIsATenthOfTheTimeoutWithinItsBounds(String timeout, long millis) {
		Duration parsed = Duration.parse("PT" + (timeout.endsWith("ms")
				? "0." + "%03d".formatted(Integer.parseInt(timeout.replace("ms", ""))) + "S" : timeout));
		assertThat(Motion.stretch(parsed)).isEqualTo(Duration.ofMillis(millis));
	}

	@ParameterizedTest
	@CsvSource({ "2699, false", "2700, true", "2999, true" })
	void theReplyMovesIfAByteCameInTheLastStretch(int lastReceived, boolean moving) {
		Motion motion = motion(progress(2700, 1000, 500_000), progress(3000, 1000, lastReceived, 575_000));
		assertThat(motion.isMoving()).isEqualTo(moving);
		assertThat(motion.receiveRate()).isEqualTo(moving ? 250_000 : 0);
		assertThat(motion.sendRate()).isZero();
	}

	@Test
	void whenTheReplyMovesItsRateAndTheTimeOfTheRestAreTold() {
		assertThat(motion(progress(2700, 1_000_000, 500_000), progress(3000, 1_000_000, 2999, 575_000))
			.describe(1_000_000))
			.isEqualTo("still receiving at 2.0 Mbit/s: 575000 of 1000000 bytes received, 2 s more for the rest");
	}

	@Test
	void whenTheReplyIsWholeNothingMoves() {
		assertThat(motion(progress(2700, 1_000_000, 500_000), progress(3000, 1_000_000, 2999, 1_000_000)).isMoving())
			.isFalse();
	}

	@ParameterizedTest
	@CsvSource({ "400000, 400000, false", "400000, 475000, true", "925000, 1000000, false" })
	void theMessageMovesIfBytesWereAcknowledgedAndOthersAreLeft(long before, long after, boolean moving) {
		Motion motion = motion(progress(2700, before, 0), progress(3000, after, UNKNOWN, 0));
		assertThat(motion.isMoving()).isEqualTo(moving);
		if (moving) {
			assertThat(motion.describe(1_000_000))
				.isEqualTo("still sending at 2.0 Mbit/s: 475000 of 1000000 bytes acknowledged, 3 s more for the rest");
		}
	}

	@ParameterizedTest
	@CsvSource({ "2699, 900000, false", "2700, 900000, true", "2999, 1000000, false" })
	void whenTheKernelDoesNotTellTheBytesCountThatItTook(int lastSent, long sent, boolean moving) {
		Motion motion = motion(null, new Progress(nanos(3000), UNKNOWN, sent, nanos(lastSent), 0, UNKNOWN));
		assertThat(motion.isMoving()).isEqualTo(moving);
		assertThat(motion.sendRate()).isEqualTo(moving ? 300_000 : 0);
	}

	@Test
	void whenNothingEverMovedNothingMoves() {
		assertThat(Motion.of(64, Duration.ofSeconds(5), null, new Progress(nanos(10), UNKNOWN, 0, UNKNOWN, 0, UNKNOWN))
			.isMoving()).isFalse();
	}

	private static Motion motion(@Nullable Progress begin, Progress end) {
		return Motion.of(1_000_000, STRETCH, begin, end);
	}

	private static Progress progress(int time, long acknowledged, long received) {
		return progress(time, acknowledged, UNKNOWN, received);
	}

	private static Progress progress(int time, long acknowledged, int lastReceived, long received) {
		return new Progress(nanos(time), acknowledged, 1_000_000, nanos(10), received, nanos(lastReceived));
	}

	private static long nanos(int millis) {
		return (millis == UNKNOWN) ? UNKNOWN : Duration.ofMillis(millis).toNanos();
	}

}
