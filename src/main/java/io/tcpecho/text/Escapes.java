package io.tcpecho.text;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Bytes as options and the configuration write them: text in UTF-8 with the escapes
 * {@code \r}, {@code \n}, {@code \t}, {@code \\} and {@code \x} with two hexadecimal
 * digits.
 */
public final class Escapes {

	private static final int HEX = 16;

	private Escapes() {
	}

	/**
	 * Return the bytes of a text with escapes.
	 * @throws IllegalArgumentException if an escape is unknown; the message shows it
	 */
	public static byte[] bytes(String text) {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		int from = 0;
		int escape;
		while ((escape = text.indexOf('\\', from)) >= 0) {
			bytes.writeBytes(text.substring(from, escape).getBytes(StandardCharsets.UTF_8));
			char kind = (escape + 1 < text.length()) ? text.charAt(escape + 1) : ' ';
			from = escape + 2;
			switch (kind) {
				case 'r' -> bytes.write('\r');
				case 'n' -> bytes.write('\n');
				case 't' -> bytes.write('\t');
				case '\\' -> bytes.write('\\');
				case 'x' -> {
					bytes.write(hex(text, from));
					from += 2;
				}
				default -> throw unknown(text, escape);
			}
		}
		bytes.writeBytes(text.substring(from).getBytes(StandardCharsets.UTF_8));
		return bytes.toByteArray();
	}

	private static int hex(String text, int from) {
		if (from + 2 > text.length() || !text.substring(from, from + 2).matches("[0-9a-fA-F]{2}")) {
			throw unknown(text, from - 2);
		}
		return Integer.parseInt(text.substring(from, from + 2), HEX);
	}

	private static IllegalArgumentException unknown(String text, int escape) {
		return new IllegalArgumentException("'" + text.substring(escape, Math.min(text.length(), escape + 4))
				+ "' is no escape; these are: \\r, \\n, \\t, \\\\ and \\xHH");
	}

	/**
	 * Return a text for a terminal: control characters and all beyond ASCII are escaped.
	 * @param text of characters that each stand for a byte (ISO 8859-1)
	 */
	public static String escape(String text) {
		StringBuilder escaped = new StringBuilder();
		for (char character : text.toCharArray()) {
			switch (character) {
				case '\r' -> escaped.append("\\r");
				case '\n' -> escaped.append("\\n");
				case '\\' -> escaped.append("\\\\");
				default -> escaped.append((character >= ' ' && character < 0x7F) ? character
						: String.format(Locale.ROOT, "\\x%02x", (int) character));
			}
		}
		return escaped.toString();
	}

}
