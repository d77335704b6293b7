package io.tcpecho.load;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import io.tcpecho.probe.Evidence.Setup;
import io.tcpecho.probe.MessageFormat;
import io.tcpecho.probe.Result;
import io.tcpecho.probe.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What {@code --fail-if} understands, and what it says of a load.
 */
class FailConditionTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "p50>20ms | Failed: p50 is 20.005 ms, more than 20 ms.",
					"p50 > 21ms | Passed: p50 is 20.005 ms, not more than 21 ms.",
					"max>=100ms | Failed: max is 100.008 ms, at least 100 ms.",
					"p100<1s | Failed: p100 is 100.008 ms, less than 1000 ms.",
					"p99.9<=0.1m | Failed: p99.9 is 100.008 ms, at most 6000 ms.",
					"exchange.p10>50us | Failed: exchange.p10 is 20.005 ms, more than 0.05 ms.",
					"connect.p99>1ms | Failed: connect.p99 was not measured, so it may be more than 1 ms.",
					"errors>0.1% | Failed: errors are 0.199601 %, more than 0.1 %.",
					"errors>2 | Passed: errors are 2, not more than 2.",
					"errors>=2 | Failed: errors are 2, at least 2.", "refused>0 | Failed: refused is 2, more than 0.",
					"REPLY-LOST>0% | Passed: REPLY-LOST is 0 %, not more than 0 %.",
					"not-begun>3 | Failed: not-begun is 4, more than 3.",
					"not-begun<0.5% | Failed: not-begun is 0.397614 %, less than 0.5 %.",
					"rate<100/s | Passed: rate is 100 a second, not less than 100 a second.",
					"rate<100.01 | Failed: rate is 100 a second, less than 100.01 a second." })
	void aSentenceSaysTheValueAndTheLimit(String text, String sentence) {
		FailCondition condition = FailCondition.parse(text);
		assertThat(condition.sentence(load(1_000, 2, 4))).isEqualTo(sentence);
		assertThat(condition.isMetBy(load(1_000, 2, 4))).isEqualTo(sentence.startsWith("Failed"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "p99>1ms", "p99<1ms", "p99>=1ms", "p99<=1ms", "errors>0%", "errors<1%" })
	void whatWasNotMeasuredHasFailed(String text) {
		assertThat(FailCondition.parse(text).isMetBy(load(0, 0, 0))).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "p99", "p99>", ">20ms", "p99>20", "p99>20%", "p99=20ms", "p99>20ms>1ms", "p101>1ms",
			"p>1ms", "errors>1ms", "errors>-1", "rate<1%", "rate<1ms", "errors>1/s", "speed>1", "tcp.p99>1ms", "p99>1h",
			"p99>20ms;rm -rf", "p99>1e3ms", "p99>9999999999999999ms" })
	void whatIsNoConditionIsRefusedWithWhatIsAllowed(String text) {
		assertThatIllegalArgumentException().isThrownBy(() -> FailCondition.parse(text))
			.withMessage("'" + text + "' is no condition; allowed are " + FailCondition.ALLOWED);
	}

	@Test
	void onlyAConditionOnErrorsDecidesAboutErrors() {
		assertThat(FailCondition.parse("errors>1%").isAboutErrors()).isTrue();
		assertThat(FailCondition.parse("refused>1%").isAboutErrors()).isFalse();
		assertThat(FailCondition.parse("not-begun>1%").isAboutNotBegun()).isTrue();
		assertThat(FailCondition.parse("p99>1ms").isAboutNotBegun()).isFalse();
	}

	/**
	 * Return a load of 10 s; one exchange in ten that was OK took 100 ms, the others 20
	 * ms.
	 */
	private static LoadSummary load(int ok, int refused, long notBegun) {
		Tally tally = new Tally();
		for (int i = 0; i < ok; i++) {
			tally.add(result(Verdict.OK, (i % 10 == 0) ? 100_000_000 : 20_000_000));
		}
		for (int i = 0; i < refused; i++) {
			tally.add(result(Verdict.REFUSED, 1));
		}
		LoadOptions options = new LoadOptions("localhost:7", "eof", List.of(64), 1, 0, Duration.ZERO,
				Duration.ofSeconds(10), Duration.ofSeconds(1), "");
		return new LoadSummary(options, new Origin("1", "host", "machine"), Instant.EPOCH, Duration.ofSeconds(10),
				tally, List.of(), notBegun, GeneratorCpu.NONE, List.of());
	}

	private static Result result(Verdict verdict, long nanos) {
		return Result.withoutConnection(1, 64, verdict, nanos, "",
				Setup.of(MessageFormat.of("eof"), 64, Duration.ofSeconds(1), Duration.ZERO));
	}

}
