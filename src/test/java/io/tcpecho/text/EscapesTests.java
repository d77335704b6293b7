package io.tcpecho.text;

import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Bytes in their written form.
 */
class EscapesTests {

	@Test
	void everyEscapeStandsForItsByte() {
		assertThat(Escapes.bytes("a\\r\\n\\t\\\\\\x00\\xfF!")).containsExactly('a', '\r', '\n', '\t', '\\', 0, 0xFF,
				'!');
	}

	@Test
	void textWithoutEscapesIsUtf8() {
		assertThat(Escapes.bytes("220 ready\r\n\u00e4"))
			.isEqualTo("220 ready\r\n\u00e4".getBytes(StandardCharsets.UTF_8));
		assertThat(Escapes.bytes("")).isEmpty();
	}

	@ParameterizedTest
	@CsvSource({ "\\q,\\q", "a\\,\\", "\\x,\\x", "\\x1,\\x1", "\\xg0,\\xg0", "a\\u0041,\\u00" })
	void anUnknownEscapeIsRefused(String text, String shown) {
		assertThatThrownBy(() -> Escapes.bytes(text)).isInstanceOf(IllegalArgumentException.class)
			.hasMessage("'" + shown + "' is no escape; these are: \\r, \\n, \\t, \\\\ and \\xHH");
	}

	@Test
	void whatATerminalMustNotSeeIsEscaped() {
		assertThat(Escapes.escape("a\r\n\\\u0000\u001b\u00e4~")).isEqualTo("a\\r\\n\\\\\\x00\\x1b\\xe4~");
	}

}
