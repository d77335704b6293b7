package io.tcpecho.fault;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * How faults are read from JSON, and what is refused.
 */
class FaultsTests {

	private static final String TYPES = "latency, bandwidth, slicer, slow_close, timeout, reset_peer, limit_data, "
			+ "corrupt, extra, early_reply, early_fin, no_fin, refuse, no_close_notify";

	private static final Faults.Place PLACE = new Faults.Place("eof", Duration.ofHours(1), true, false);

	@Test
	void whenEverythingIsGivenAllOfItIsKept() {
		Faults faults = parse("""
				{"faults":[{"type":"latency","latency":"200ms","jitter":50,"probability":0.5},
				           {"type":"reset_peer","after":"1KB","timeout":"0.3s"}],
				 "first":3,"for":"10m","from":"10.0.0.0/8","seed":42}""");
		assertThat(faults.faults()).extracting(Fault::type).containsExactly(FaultType.LATENCY, FaultType.RESET_PEER);
		assertThat(faults.faults()).extracting(Fault::probability).containsExactly(0.5, 1.0);
		assertThat(faults.faults().get(1).members()).containsEntry("after", "1KB").containsEntry("timeout", "0.3s");
		assertThat(faults.first()).isEqualTo(3);
		assertThat(faults.from()).hasToString("10.0.0.0/8");
		assertThat(faults.seed()).isEqualTo(42);
		assertThat(faults.lasting()).isEqualTo(Duration.ofMinutes(10));
		assertThat(faults).hasToString("latency latency=200ms jitter=50 probability=0.5, "
				+ "reset_peer after=1KB timeout=0.3s; first 3 connections; from 10.0.0.0/8; seed 42; for 600s");
	}

	@Test
	void withoutASeedTheServerTakesOneThatJsonKeeps() {
		assertThat(parse("{\"faults\":[{\"type\":\"refuse\"}],\"for\":1000}").seed()).isBetween(0L, (1L << 53) - 1);
	}

	@ParameterizedTest
	@ValueSource(strings = { "1", "1ms", "1000us", "0.001s", "1h", "60m", "3600000" })
	void aTimeMayHaveAnyUnitUpToItsLimit(String time) {
		Object value = time.matches("\\d+") ? Integer.valueOf(time) : time;
		Faults faults = Faults.parse(Map.of("faults", List.of(Map.of("type", "refuse")), "for", value), PLACE);
		assertThat(faults.lasting()).isBetween(Duration.ofMillis(1), Duration.ofHours(1));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			textBlock = """
					{"for":"1m"}                           | faults is missing
					{"faults":[],"for":"1m"}               | faults is 0 long, and must be a list of 1 to 16 faults
					{"faults":{"type":"refuse"}}           | faults is {type=refuse}, and must be a list of 1 to 16 faults
					{"faults":[7],"for":"1m"}              | faults[0] is 7, and must be an object
					{"faults":[{"typ":"refuse"}]}          | faults[0].type is missing
					{"faults":[{"type":"refuse"}]}         | for is missing; it says how long the faults last, at most 3600s (tcp-echo.faults.max-time)
					{"faults":[{"type":"refuse"}],"for":"2h"} | for is '2h', and must be from 1ms to 3600s (tcp-echo.faults.max-time), as in 200ms, 5s or 1m
					{"faults":[{"type":"refuse"}],"for":3600001} | for is 3600001, and must be from 1ms to 3600s (tcp-echo.faults.max-time), as in 200ms, 5s or 1m
					{"faults":[{"type":"refuse"}],"for":"0s"} | for is '0s', and must be from 1ms to 3600s (tcp-echo.faults.max-time), as in 200ms, 5s or 1m
					{"faults":[{"type":"refuse"}],"for":"soon"} | for is 'soon', and must be from 1ms to 3600s (tcp-echo.faults.max-time), as in 200ms, 5s or 1m
					{"faults":[{"type":"refuse"}],"for":"1m","last":3} | last is no member; these are: faults, first, for, from, seed
					{"faults":[{"type":"refuse"}],"for":"1m","first":0} | first is 0, and must be a whole number from 1 to 2147483647
					{"faults":[{"type":"refuse"}],"for":"1m","first":1.5} | first is 1.5, and must be a whole number from 1 to 2147483647
					{"faults":[{"type":"refuse"}],"for":"1m","first":"3"} | first is '3', and must be a whole number from 1 to 2147483647
					{"faults":[{"type":"refuse"}],"for":"1m","seed":-1} | seed is -1, and must be a whole number from 0 to 9007199254740991
					""")
	void aRequestThatIsWrongIsRefusedByName(String json, String message) {
		assertRefused(json, message);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			textBlock = """
					{"type":"latency"}                     | faults[0].latency is missing
					{"type":"latency","latency":-1}        | faults[0].latency is -1, and must be from 0s to 3600s, as in 200ms, 5s or 1m
					{"type":"latency","latency":"61m"}     | faults[0].latency is '61m', and must be from 0s to 3600s, as in 200ms, 5s or 1m
					{"type":"latency","latency":"5124095.6h"} | faults[0].latency is '5124095.6h', and must be from 0s to 3600s, as in 200ms, 5s or 1m
					{"type":"latency","latency":"1e3ms"}   | faults[0].latency is '1e3ms', and must be from 0s to 3600s, as in 200ms, 5s or 1m
					{"type":"latency","latency":1,"jiter":1} | faults[0].jiter is no member of a fault of type latency; these are: jitter, latency, probability, type
					{"type":"refuse","probability":1.1}    | faults[0].probability is 1.1, and must be a number from 0 to 1
					{"type":"refuse","probability":"1"}    | faults[0].probability is '1', and must be a number from 0 to 1
					{"type":"bandwidth","rate":0}          | faults[0].rate is 0, and must be from 1 bytes to 1024GB, as in 1 (1024 bytes) or 64KB
					{"type":"slicer","average_size":10,"size_variation":10} | faults[0].size_variation is 10, and must be a whole number from 0 to 9
					{"type":"limit_data","bytes":1.5}      | faults[0].bytes is 1.5, and must be from 0 bytes to 1024GB, as in 1000 or 64KB
					{"type":"limit_data","bytes":"17179869184GB"} | faults[0].bytes is '17179869184GB', and must be from 0 bytes to 1024GB, as in 1000 or 64KB
					{"type":"limit_data","bytes":"64 KB"}  | faults[0].bytes is '64 KB', and must be from 0 bytes to 1024GB, as in 1000 or 64KB
					{"type":"corrupt"}                     | faults[0] must have either offset or rate
					{"type":"corrupt","offset":1,"rate":1} | faults[0] must have either offset or rate
					{"type":"extra","bytes":65537}         | faults[0].bytes is 65537, and must be a whole number from 1 to 65536
					{"type":"no_close_notify"}             | faults[0].type is no_close_notify, which needs TLS; listener eof has none
					""")
	void aFaultThatIsWrongIsRefusedByName(String fault, String message) {
		assertRefused("{\"faults\":[" + fault + "],\"for\":\"1m\"}", message);
	}

	@Test
	void aTypeThatDoesNotExistIsRefusedWithAllThatDo() {
		assertRefused("{\"faults\":[{\"type\":\"latency\",\"latency\":1},{\"type\":\"delay\"}],\"for\":\"1m\"}",
				"faults[1].type is 'delay', and must be one of " + TYPES);
	}

	@Test
	void aValueThatIsLongIsShownInPart() {
		assertRefused("{\"faults\":[{\"type\":\"" + "x".repeat(1_000) + "\"}],\"for\":\"1m\"}",
				"faults[0].type is '" + "x".repeat(60) + "...', and must be one of " + TYPES);
	}

	@Test
	void anEarlyReplyNeedsAMessageThatFinEnds() {
		assertThatThrownBy(() -> Faults.parse(Map.of("faults", List.of(Map.of("type", "early_reply")), "for", "1m"),
				new Faults.Place("line", Duration.ofHours(1), false, false)))
			.isInstanceOf(IllegalArgumentException.class)
			.hasMessage("faults[0].type is early_reply, which needs framing eof; listener line has another");
	}

	private static void assertRefused(String json, String message) {
		assertThatThrownBy(() -> parse(json)).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
	}

	@SuppressWarnings("unchecked")
	private static Faults parse(String json) {
		return Faults.parse(JsonMapper.shared().readValue(json, Map.class), PLACE);
	}

}
