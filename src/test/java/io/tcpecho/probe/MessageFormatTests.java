package io.tcpecho.probe;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * The bytes that exchanges carry.
 */
class MessageFormatTests {

	private static final int SIZE = 1000;

	@Test
	void whenThereIsRoomAMessageNamesItsExchange() {
		byte[] message = MessageFormat.of("eof").message(SIZE, 0xC0FFEE, 42);
		assertThat(message).hasSize(SIZE).startsWith("tcp-echo/c0ffee/42 ".getBytes(StandardCharsets.US_ASCII));
	}

	@Test
	void whenSeedOrNumberDifferNoStretchIsTheSame() {
		MessageFormat format = MessageFormat.of("eof");
		Set<String> stretches = new HashSet<>();
		for (long seed = 0; seed < 10; seed++) {
			for (long seq = 0; seq < 10; seq++) {
				byte[] message = format.message(SIZE, seed, seq);
				assertThat(format.message(SIZE, seed, seq)).isEqualTo(message);
				for (int i = 40; i + 8 <= SIZE; i += 8) {
					assertThat(stretches.add(Arrays.toString(Arrays.copyOfRange(message, i, i + 8)))).isTrue();
				}
			}
		}
	}

	@Test
	void whenAMessageIsSmallItIsStillRandom() {
		MessageFormat format = MessageFormat.of("eof");
		Set<String> messages = new HashSet<>();
		for (long seq = 0; seq < 100; seq++) {
			messages.add(Arrays.toString(format.message(4, 1, seq)));
		}
		assertThat(messages).hasSize(100);
	}

	@ParameterizedTest
	@CsvSource({ "line, 0, 1", "crlf, 0, 2", "length-1, 1, 0", "length-2, 2, 0", "length-4, 4, 0", "fixed, 0, 0",
			"stream, 0, 0", "eof, 0, 0" })
	void whenTheFramingNeedsItAFrameIsAroundThePayload(String framing, int before, int after) {
		byte[] message = MessageFormat.of(framing).message(200, 7, 1);
		assertThat(message).hasSize(before + 200 + after);
		assertThat(Arrays.copyOfRange(message, before, before + 10))
			.isEqualTo("tcp-echo/7".getBytes(StandardCharsets.US_ASCII));
	}

	@ParameterizedTest
	@ValueSource(strings = { "line", "crlf" })
	void whenALineFeedEndsAMessageThereIsNoOtherInIt(String framing) {
		for (long seq = 0; seq < 100; seq++) {
			byte[] message = MessageFormat.of(framing).message(SIZE, 3, seq);
			assertThat(new String(message, StandardCharsets.ISO_8859_1).indexOf('\n')).isEqualTo(message.length - 1);
		}
	}

	@ParameterizedTest
	@CsvSource({ "eof, 0, 2147483631", "line, 0, 2147483631", "length-1, 0, 255", "length-2, 0, 65535",
			"fixed, 1, 2147483631", "stream, 1, 2147483631" })
	void whenASizeIsBeyondTheFramingsLimitsItIsRefused(String framing, long smallest, long largest) {
		MessageFormat format = MessageFormat.of(framing);
		format.check(smallest);
		format.check(largest);
		for (long size : new long[] { smallest - 1, largest + 1 }) {
			assertThatIllegalArgumentException().isThrownBy(() -> format.check(size))
				.withMessage("size " + size + " is not between " + smallest + " and " + largest + " bytes, as framing "
						+ framing + " needs it");
		}
	}

}
