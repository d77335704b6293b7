package io.tcpecho.soak;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import tools.jackson.databind.json.JsonMapper;

/**
 * The figures of a soak as JSON, each row of a list on a line of its own.
 */
final class SoakReport {

	/** Where reports go; the documentation has those of the full length. */
	private static final Path DIRECTORY = Path.of(System.getProperty("test.report", "target/soak"));

	private final Map<String, Object> members = new LinkedHashMap<>();

	SoakReport() {
		with("java", System.getProperty("java.runtime.version"));
		with("processors", Runtime.getRuntime().availableProcessors());
	}

	/** Add a value, or a list of rows. */
	SoakReport with(String name, Object value) {
		this.members.put(name, value);
		return this;
	}

	/** Write it to a file. */
	void write(String file) {
		write(file, toString());
	}

	/** Write any text to a file among the reports. */
	static void write(String file, String text) {
		try {
			Files.createDirectories(DIRECTORY);
			Files.writeString(DIRECTORY.resolve(file), text);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public String toString() {
		return this.members.entrySet()
			.stream()
			.map((member) -> "  " + json(member.getKey()) + ": " + rows(member.getValue()))
			.collect(Collectors.joining(",\n", "{\n", "\n}\n"));
	}

	private static String rows(Object value) {
		if (value instanceof List<?> rows) {
			return rows.stream().map((row) -> "    " + json(row)).collect(Collectors.joining(",\n", "[\n", "\n  ]"));
		}
		return json(value);
	}

	private static String json(Object value) {
		return JsonMapper.shared().writeValueAsString(value);
	}

}
