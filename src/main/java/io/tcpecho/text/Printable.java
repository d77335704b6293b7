package io.tcpecho.text;

import java.util.Locale;

/**
 * Text from outside the program, made safe to show. A name, an argument, a byte of a peer
 * or a line of a file may hold characters that break a line, drive a terminal, reverse
 * the direction of what follows, or cannot be seen. Each of them is shown as an escape,
 * such as {@code \u001b}, in all that the program prints: text, JSON, HTML and logs.
 */
public final class Printable {

	private Printable() {
	}

	/** Return a text on one line, with every unsafe character escaped. */
	public static String of(Object text) {
		return escape(text.toString(), "");
	}

	/** Return a text with every unsafe character escaped except line feeds and tabs. */
	public static String lines(Object text) {
		return escape(text.toString(), "\n\t");
	}

	/**
	 * Return a text as a string of JSON (RFC 8259), with its quotation marks. What reads
	 * the JSON gets exactly the text.
	 */
	public static String json(Object text) {
		return '"' + of(text.toString().replace("\\", "\\\\").replace("\"", "\\\"")) + '"';
	}

	/** Return a text on one line for HTML, between tags or in a quoted attribute. */
	public static String html(Object text) {
		return of(text).replace("&", "&amp;")
			.replace("<", "&lt;")
			.replace(">", "&gt;")
			.replace("\"", "&quot;")
			.replace("'", "&#39;");
	}

	/**
	 * Return whether a character is shown as an escape: a control character (C0, C1 and
	 * DEL), one that changes the direction or has no width, such as a byte order mark, a
	 * separator of lines or paragraphs, or half of a surrogate pair.
	 */
	public static boolean isUnsafe(int codePoint) {
		return switch (Character.getType(codePoint)) {
			case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR,
					Character.SURROGATE ->
				true;
			default -> false;
		};
	}

	private static String escape(String text, String allowed) {
		if (text.codePoints().noneMatch(Printable::isUnsafe)) {
			return text;
		}
		StringBuilder escaped = new StringBuilder();
		text.codePoints().forEach((codePoint) -> {
			if (!isUnsafe(codePoint) || allowed.indexOf(codePoint) >= 0) {
				escaped.appendCodePoint(codePoint);
			}
			else {
				for (char unit : Character.toChars(codePoint)) {
					escaped.append(String.format(Locale.ROOT, "\\u%04x", (int) unit));
				}
			}
		});
		return escaped.toString();
	}

}
