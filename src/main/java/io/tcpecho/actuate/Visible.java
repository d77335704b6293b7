package io.tcpecho.actuate;

/**
 * Text from outside, written so that a terminal and a reader of logs see what it is.
 */
final class Visible {

	private static final int LONGEST = 200;

	private Visible() {
	}

	/**
	 * Return a text of at most 200 characters in which each control, format and
	 * separating character is an escape of Java, such as {@code \u202e}.
	 */
	static String text(String value) {
		StringBuilder visible = new StringBuilder();
		value.codePoints().limit(LONGEST).forEach((character) -> {
			if (isVisible(character)) {
				visible.appendCodePoint(character);
			}
			else {
				visible.append(String.format("\\u%04x", character));
			}
		});
		return (value.codePointCount(0, value.length()) > LONGEST) ? visible + "..." : visible.toString();
	}

	private static boolean isVisible(int character) {
		return switch (Character.getType(character)) {
			case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.PRIVATE_USE, Character.UNASSIGNED,
					Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
				false;
			default -> true;
		};
	}

}
