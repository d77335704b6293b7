package io.tcpecho.cli;

import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * A JSON object (RFC 8259) that is written on one line. Its values are numbers, texts,
 * null and other objects.
 */
final class Json {

	private final Map<String, @Nullable Object> members = new LinkedHashMap<>();

	/**
	 * Append a member. A {@link Number}, a {@link Json} and null are written as they are,
	 * every other value as its text.
	 */
	Json with(String name, @Nullable Object value) {
		this.members.put(name, value);
		return this;
	}

	@Override
	public String toString() {
		StringBuilder text = new StringBuilder("{");
		this.members.forEach((name, value) -> {
			text.append((text.length() > 1) ? ", " : "").append(quoted(name)).append(": ");
			text.append((value == null || value instanceof Number || value instanceof Json) ? value
					: quoted(value.toString()));
		});
		return text.append('}').toString();
	}

	private static String quoted(String value) {
		StringBuilder text = new StringBuilder("\"");
		for (char character : value.toCharArray()) {
			if (character == '"' || character == '\\') {
				text.append('\\').append(character);
			}
			else if (character < ' ') {
				text.append(String.format("\\u%04x", (int) character));
			}
			else {
				text.append(character);
			}
		}
		return text.append('"').toString();
	}

}
