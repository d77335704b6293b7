package io.tcpecho.path;

import java.time.Duration;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The known limits that are named beside a result, and how times are written.
 */
class KnownLimitsTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "IDLE | 350s | ; near the default of an AWS network load balancer, 5 min 50 s",
					"IDLE | 385s | ; near the default of an AWS network load balancer, 5 min 50 s", "IDLE | 386s | ''",
					"IDLE | 314s | ''", "IDLE | 240s | ; near the default of an Azure load balancer, 4 min",
					"IDLE | 60s | ''", "HALF_CLOSE | 57s | ; near the default of conntrack's close_wait, 60 s",
					"HALF_CLOSE | 350s | ''" })
	void whenALimitIsWithinTenPerCentOfAKnownOneThatIsNamed(Measurement measurement, String time, String near) {
		Duration measured = Duration.ofSeconds(Long.parseLong(time.replace("s", "")));
		assertThat(KnownLimits.near(measurement, measured)).isEqualTo(near);
	}

	@ParameterizedTest
	@CsvSource({ "0, 0 ms", "999, 999 ms", "1000, 1 s", "4330, 4.33 s", "60000, 60 s", "119990, 119.99 s",
			"120000, 2 min", "350400, 5 min 50 s" })
	void whenATimeIsShownItsUnitFitsItsLength(long millis, String text) {
		assertThat(Durations.text(millis)).isEqualTo(text);
	}

}
