package io.tcpecho.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.json.JsonParserFactory;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The keys below {@code tcp-echo} that Spring Boot's annotation processor has found in
 * the code, with their descriptions and defaults.
 */
final class ConfigurationMetadata {

	/**
	 * What the keys of every listener begin with; NAME stands for the listener's name.
	 */
	static final String LISTENER = "tcp-echo.listeners.NAME";

	/** What the keys of every target of the monitor begin with. */
	static final String TARGET = "tcp-echo.monitor.targets.NAME";

	/** What the keys of the types of values in maps begin with, by type. */
	private static final Map<String, String> TYPES = Map.of("TcpEchoProperties$Listener", LISTENER,
			"MonitorProperties$Target", TARGET);

	private static final String CLASSES = "file:target/classes/META-INF/";

	private ConfigurationMetadata() {
	}

	/** Return all keys, sorted by name; groups of keys are not among them. */
	static List<Key> keys() throws IOException {
		// The processor does not follow the values of a map, so each type of them has a
		// file of its own, in which names begin at the type.
		Stream<Key> ofTypes = read(CLASSES + "spring/configuration-metadata/*.json").stream();
		Stream<Key> ofPrefixes = read(CLASSES + "spring-configuration-metadata.json").stream();
		Map<String, Key> keys = Stream.concat(ofTypes, ofPrefixes)
			.filter((key) -> key.name().startsWith("tcp-echo."))
			.collect(Collectors.toMap(Key::name, (key) -> key));
		return keys.values()
			.stream()
			.filter((key) -> keys.keySet().stream().noneMatch((other) -> other.startsWith(key.name() + ".")))
			.sorted((one, other) -> one.name().compareTo(other.name()))
			.toList();
	}

	private static List<Key> read(String pattern) throws IOException {
		Resource[] files = new PathMatchingResourcePatternResolver().getResources(pattern);
		assertThat(files).as("metadata, made by the annotation processor of Spring Boot").isNotEmpty();
		return Stream.of(files).flatMap((file) -> properties(file).stream().map((property) -> {
			assertThat(property).as("Javadoc of a key").containsKey("description");
			return new Key(prefix(file) + property.get("name"), (String) property.get("description"),
					property.get("defaultValue"));
		})).toList();
	}

	/** Return what comes before the names of a file, which may begin at a type. */
	private static String prefix(Resource file) {
		String name = String.valueOf(file.getFilename());
		return TYPES.entrySet()
			.stream()
			.filter((type) -> name.endsWith("." + type.getKey() + ".json"))
			.map((type) -> type.getValue() + ".")
			.findFirst()
			.orElse("");
	}

	@SuppressWarnings("unchecked")
	private static List<Map<String, Object>> properties(Resource file) {
		try {
			String json = file.getContentAsString(StandardCharsets.UTF_8);
			return (List<Map<String, Object>>) JsonParserFactory.getJsonParser().parseMap(json).get("properties");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * A key that users configure.
	 *
	 * @param name its full name
	 * @param javadoc as the code has it
	 * @param value its default, or null
	 */
	record Key(String name, String javadoc, @Nullable Object value) {

		/** Return sentences: with a capital and a full stop. */
		String description() {
			return Character.toUpperCase(this.javadoc.charAt(0)) + this.javadoc.substring(1) + ".";
		}

		/** Return the default as a configuration file has it; empty if there is none. */
		String defaultValue() {
			return (this.value != null) ? this.value.toString().replaceAll("^\\[|]$", "") : "";
		}

	}

}
