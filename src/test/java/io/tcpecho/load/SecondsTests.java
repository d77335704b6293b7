package io.tcpecho.load;

import java.time.Duration;

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

	private final Seconds seconds = new Seconds();

	@Test
	void whenASecondEndsItHasTheResultsSinceTheOneBefore() {
		this.seconds.add(result(Verdict.OK, 1_000));
		this.seconds.add(result(Verdict.OK, 3_000));
		this.seconds.add(result(Verdict.REFUSED, 9_000));
		assertThat(this.seconds.close(true)).isEqualTo(new LoadProgress(1, true, 2, 1, 3_001));
		this.seconds.add(result(Verdict.CORRUPT, 9_000));
		assertThat(this.seconds.close(false)).isEqualTo(new LoadProgress(2, false, 0, 1, 0));
		assertThat(this.seconds.closed()).extracting(LoadProgress::second).containsExactly(1L, 2L);
	}

	@Test
	void whenNothingHasEndedInASecondItIsEmpty() {
		assertThat(this.seconds.isCurrentEmpty()).isTrue();
		this.seconds.add(result(Verdict.REFUSED, 1));
		assertThat(this.seconds.isCurrentEmpty()).isFalse();
		this.seconds.close(false);
		assertThat(this.seconds.isCurrentEmpty()).isTrue();
		assertThat(this.seconds.current()).isEqualTo(2);
	}

	private static Result result(Verdict verdict, long nanos) {
		return Result.withoutConnection(1, 64, verdict, nanos, "",
				Setup.of(MessageFormat.of("eof"), 64, Duration.ofSeconds(1), Duration.ZERO));
	}

}
