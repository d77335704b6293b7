package io.tcpecho.text;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * A JSON object (RFC 8259) that is written on one line. Its values are numbers, texts,
 * truth values, null, other objects, and lists of these. Not thread-safe.
 */
public final class Json {

	private final Map<String, @Nullable Object> members = new LinkedHashMap<>();

	/**
	 * Append a member. A {@link Number}, a {@link Boolean}, a {@link Json}, a list of
	 * these and null are written as they are, every other value as its text.
	 */
	public Json with(String name, @Nullable Object value) {
		this.members.put(name, value);
		return this;
	}

	@Override
	public String toString() {
		StringBuilder text = new StringBuilder("{");
		this.members.forEach((name, value) -> {
			text.append((text.length() > 1) ? ", " : "").append(Printable.json(name)).append(": ");
			text.append(text(value));
		});
		return text.append('}').toString();
	}

	private static String text(@Nullable Object value) {
		if (value instanceof List<?> list) {
			return list.stream().map(Json::text).collect(Collectors.joining(", ", "[", "]"));
		}
		return (value == null || value instanceof Number || value instanceof Boolean || value instanceof Json)
				? String.valueOf(value) : Printable.json(value);
	}

}
