package io.tcpecho.load;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;

import io.tcpecho.probe.Evidence.Setup;
import io.tcpecho.probe.MessageFormat;
import io.tcpecho.probe.Result;
import io.tcpecho.probe.Verdict;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a load tells of each second.
 */
class SecondsTests {

	private static final Instant BEGAN = Instant.parse("2026-11-29T12:00:00Z");

	private static final Duration SECOND = Duration.ofSeconds(1);

	private final Seconds seconds = new Seconds();

	@Test
	void whenASecondEndsItHasTheResultsSinceTheOneBefore() {
		this.seconds.add(result(Verdict.OK, 1_000), false);
		this.seconds.add(result(Verdict.OK, 3_000), false);
		this.seconds.add(result(Verdict.REFUSED, 9_000), false);
		assertThat(close(true))
			.isEqualTo(new LoadProgress(1, true, SECOND, Map.of(Verdict.OK, 2L, Verdict.REFUSED, 1L), 1_000, 3_001));
		this.seconds.add(result(Verdict.CORRUPT, 9_000), true);
		assertThat(close(false))
			.isEqualTo(new LoadProgress(2, false, SECOND, Map.of(Verdict.CORRUPT, 1L), Result.NEVER, Result.NEVER));
		assertThat(this.seconds.closed()).extracting(LoadProgress::second).containsExactly(1L, 2L);
	}

	@Test
	void whenTheWarmUpEndsWithinASecondItsExchangesAreKeptApart() {
		this.seconds.add(result(Verdict.OK, 1_000), false);
		this.seconds.add(result(Verdict.OK, 2_000), true);
		LoadSecond second = this.seconds.close(BEGAN, false, SECOND);
		assertThat(second.warmUp().verdicts()).isEqualTo(Map.of(Verdict.OK, 1L));
		assertThat(second.counted().okNanos().getMaxValue()).isEqualTo(2_000);
		assertThat(second.progress().ok()).isEqualTo(2);
	}

	@Test
	void eachSecondBeginsASecondAfterTheOneBefore() {
		assertThat(this.seconds.close(BEGAN, true, SECOND).beganAt()).isEqualTo(BEGAN);
		assertThat(this.seconds.close(BEGAN, true, SECOND).beganAt()).isEqualTo(BEGAN.plusSeconds(1));
	}

	@Test
	void whenASecondIsCutItIsNotWhole() {
		assertThat(this.seconds.close(BEGAN, false, SECOND).progress().isWhole()).isTrue();
		assertThat(this.seconds.close(BEGAN, false, Duration.ofMillis(999)).progress().isWhole()).isFalse();
	}

	@Test
	void whenNothingHasEndedInASecondItIsEmpty() {
		assertThat(this.seconds.isCurrentEmpty()).isTrue();
		this.seconds.add(result(Verdict.REFUSED, 1), true);
		assertThat(this.seconds.isCurrentEmpty()).isFalse();
		close(false);
		assertThat(this.seconds.isCurrentEmpty()).isTrue();
		assertThat(this.seconds.current()).isEqualTo(2);
	}

	private LoadProgress close(boolean inWarmUp) {
		return this.seconds.close(BEGAN, inWarmUp, SECOND).progress();
	}

	private static Result result(Verdict verdict, long nanos) {
		return Result.withoutConnection(1, 64, verdict, nanos, "",
				Setup.of(MessageFormat.of("eof"), 64, Duration.ofSeconds(1), Duration.ZERO));
	}

}
