package io.tcpecho.load;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.tcpecho.probe.Verdict;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The percentiles of merged loads.
 */
class LoadMergeTests {

	private static final int SIZE = 64;

	/** A mean of percentiles would be far from the percentile of all values. */
	@ParameterizedTest
	@ValueSource(doubles = { 0, 10, 50, 90, 99, 99.9, 100 })
	void percentilesOfDifferentLoadsAreThoseOfAllTheirValues(double percentile) {
		Histogram all = histogram();
		Map<String, LoadLog> logs = new LinkedHashMap<>();
		logs.put("fast", log("fast", all, 10_000, 100_000));
		logs.put("slow", log("slow", all, 500, 30_000_000));
		Histogram merged = new LoadMerge(logs).summary().tally().totalNanos();
		assertThat(merged.getTotalCount()).isEqualTo(10_500);
		assertThat(merged.getValueAtPercentile(percentile)).isEqualTo(all.getValueAtPercentile(percentile));
	}

	private static Histogram histogram() {
		return new Histogram(Recordings.SIGNIFICANT_DIGITS);
	}

	/** Return a load with values from the least on, each a bit more than the last. */
	private static LoadLog log(String host, Histogram all, int count, long leastNanos) {
		Histogram own = histogram();
		for (int i = 0; i < count; i++) {
			own.recordValue(leastNanos + 997L * i);
			all.recordValue(leastNanos + 997L * i);
		}
		Recordings recordings = new Recordings();
		recordings.add(Tag.exchange(SIZE, Verdict.OK), own);
		Tally tally = new Tally();
		tally.add(recordings);
		LoadOptions options = new LoadOptions("127.0.0.1:7007", "eof", List.of(SIZE), 8, 0, Duration.ZERO,
				Duration.ofSeconds(1), Duration.ofSeconds(1), "");
		return new LoadLog(new LoadSummary(options, new Origin("1", host, "machine"), Instant.EPOCH,
				Duration.ofSeconds(1), tally, List.of(), 0, GeneratorCpu.NONE, List.of()), Map.of());
	}

}
