package io.tcpecho.lab;

import java.time.Duration;

import io.tcpecho.lab.LabRequest.End;
import io.tcpecho.lab.LabRequest.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a first line may say, and the sentence for each that it may not.
 */
class LabRequestTests {

	private static final LabLimits LIMITS = new LabLimits(Duration.ofMinutes(1), 1 << 20, 100);

	@Test
	void whenALineHasOnlyItsFirstWordTheRestHasDefaults() {
		assertThat(parse("LAB")).isEqualTo(
				new LabRequest(Kind.LAB, Duration.ZERO, LabRequest.ECHO, LabRequest.UNTIL_FIN, End.FIN, null, ""));
		assertThat(parse("LAB\r")).isEqualTo(parse("LAB"));
	}

	@Test
	void whenALineHasEveryWordEachIsTaken() {
		assertThat(parse("LAB wait=60s reply=1MB size=3KB end=rst token=9f.3-a_Z"))
			.isEqualTo(new LabRequest(Kind.LAB, Duration.ofMinutes(1), 1 << 20, 3 << 10, End.RST, "9f.3-a_Z", ""));
		assertThat(parse("LAB token=t end=hold size=0 reply=none wait=250ms"))
			.isEqualTo(new LabRequest(Kind.LAB, Duration.ofMillis(250), 0, 0, End.HOLD, "t", ""));
	}

	@Test
	void whenAnotherConnectionIsAskedForItsTokenIsTaken() {
		assertThat(parse("SEEN 9f3a")).isEqualTo(new LabRequest(Kind.SEEN, Duration.ZERO, 0, 0, End.FIN, "9f3a", ""));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "'' | the first line begins with none of LAB, SEEN and ROWS",
					"GET / HTTP/1.1 | the first line begins with none of LAB, SEEN and ROWS",
					"lab | the first line begins with none of LAB, SEEN and ROWS",
					"SEEN | SEEN has one word after it, a token", "SEEN a b | SEEN has one word after it, a token",
					"SEEN a\"b | token must have 1 to 64 characters, of letters, digits, dot, dash and _",
					"LAB token= | token must have 1 to 64 characters, of letters, digits, dot, dash and _",
					"LAB wait=61s | wait is 61000 ms, and must be at most 60000 ms",
					"LAB wait=60001ms | wait is 60001 ms, and must be at most 60000 ms",
					"LAB wait=999999999h | wait is 3599999996400000 ms, and must be at most 60000 ms",
					"LAB wait=3 | wait is no time, such as 300ms, 65s, 5m or 2h",
					"LAB wait=-3s | wait is no time, such as 300ms, 65s, 5m or 2h",
					"LAB reply=1048577 | reply is 1048577 bytes, and must be at most 1048576",
					"LAB reply=9999999999MB | reply is 10485759998951424 bytes, and must be at most 1048576",
					"LAB reply=some | reply is no size, such as 64, 64B, 5KB or 10MB",
					"LAB size=101 | size is 101 bytes, and must be at most 100, max-message-size, for an echo",
					"LAB size= | size is no size, such as 64, 64B, 5KB or 10MB",
					"LAB end=no | end is none of fin, rst, cut and hold", "LAB end=fin end=rst | end comes twice",
					"LAB  end=fin | a word is none of wait=, reply=, size=, end= and token=",
					"LAB quick | a word is none of wait=, reply=, size=, end= and token=",
					"LAB sleep=3s | a word is none of wait=, reply=, size=, end= and token=" })
	void whenALineCannotBeFollowedASentenceSaysWhy(String line, String error) {
		assertThat(parse(line)).isEqualTo(LabRequest.refused(error));
	}

	@Test
	void whenAMessageIsNotEchoedItMayHaveAnySize() {
		assertThat(parse("LAB reply=none size=9999999999").messageSize()).isEqualTo(9_999_999_999L);
	}

	private static LabRequest parse(String line) {
		return LabRequest.parse(line, LIMITS);
	}

}
