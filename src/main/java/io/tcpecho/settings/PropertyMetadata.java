package io.tcpecho.settings;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.ClassUtils;

/**
 * The properties that the jars on the class path declare in their metadata: those of
 * Spring Boot and those of this program. Reading takes about as long as the start of a
 * small command, so it happens only when an unknown key or a wrong value may be there.
 */
final class PropertyMetadata {

	private static final Pattern NAME = Pattern.compile("\"name\": \"([^\"]+)\"");

	private static final String FILE = "META-INF/spring-configuration-metadata.json";

	/** Properties that Spring Boot reads without declaring them. */
	private static final List<Property> UNDECLARED = List.of(
			new Property("spring.application.json", "java.lang.String", null, false),
			new Property("info", "java.util.Map<java.lang.String,java.lang.Object>", null, false));

	private final Map<String, Property> properties = new HashMap<>();

	private final Set<String> ownGroups = new LinkedHashSet<>();

	private PropertyMetadata() {
		UNDECLARED.forEach(this::add);
	}

	private void add(Property property) {
		this.properties.merge(KnownKeys.uniform(property.name), property,
				(first, second) -> first.removed ? second : first);
	}

	/** Read the metadata of all jars. */
	static PropertyMetadata read() {
		PropertyMetadata metadata = new PropertyMetadata();
		try {
			for (URL file : Collections.list(PropertyMetadata.class.getClassLoader().getResources(FILE))) {
				metadata.read(file);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return metadata;
	}

	private void read(URL file) throws IOException {
		String json;
		try (InputStream content = file.openStream()) {
			json = new String(content.readAllBytes(), StandardCharsets.UTF_8);
		}
		int hints = json.indexOf("\"hints\"");
		int begin = Math.max(0, json.indexOf("\"properties\""));
		readGroups(json.substring(0, begin));
		Matcher name = NAME.matcher(json).region(begin, (hints > begin) ? hints : json.length());
		boolean found = name.find();
		while (found) {
			String property = name.group(1);
			int end = name.end();
			found = name.find();
			String fields = json.substring(end, found ? name.start() : name.regionEnd());
			add(new Property(property, field("type", fields).orElse(""), field("replacement", fields).orElse(null),
					fields.contains("\"level\": \"error\"")));
		}
	}

	private void readGroups(String groups) {
		Matcher name = NAME.matcher(groups);
		while (name.find()) {
			if (name.group(1).startsWith(TcpEchoProperties.PREFIX)) {
				field("type", groups.substring(name.end())).ifPresent(this.ownGroups::add);
			}
		}
	}

	private static Optional<String> field(String name, String fields) {
		String begin = "\"" + name + "\": \"";
		int at = fields.indexOf(begin);
		return (at < 0) ? Optional.empty()
				: Optional.of(fields.substring(at + begin.length(), fields.indexOf('"', at + begin.length())));
	}

	/**
	 * Return the property that a key sets: that of its name, or a map or list that has
	 * the key as an entry. Properties that have no effect any more are not among them.
	 */
	Optional<Property> find(String key) {
		List<String> elements = KnownKeys.elements(key);
		for (int length = elements.size(); length > 0; length--) {
			Property property = this.properties.get(uniform(elements.subList(0, length)));
			if (property != null && !property.removed
					&& (length == elements.size() || property.hasEntries(elements.get(length)))) {
				return Optional.of(property);
			}
		}
		return Optional.empty();
	}

	/** Return what took the place of a property that has no effect any more. */
	Optional<String> replacement(String key) {
		Property property = this.properties.get(KnownKeys.uniform(key));
		return Optional.ofNullable((property != null) ? property.replacement : null);
	}

	/** Return all properties that have an effect. */
	Stream<Property> all() {
		return this.properties.values().stream().filter((property) -> !property.removed);
	}

	/** Return the records of this program that have properties. */
	List<Class<?>> ownTypes() {
		return this.ownGroups.stream()
			.<Class<?>>map((name) -> ClassUtils.resolveClassName(name, null))
			.filter((type) -> type.isRecord() && type.isAnnotationPresent(ConfigurationProperties.class))
			.toList();
	}

	/** Return a key without the differences that relaxed binding allows. */
	private static String uniform(List<String> elements) {
		return elements.stream().map(KnownKeys::uniform).collect(Collectors.joining("."));
	}

	/**
	 * A property that is declared.
	 *
	 * @param name its name, in documented spelling
	 * @param type the Java type of its value, with type parameters; empty if unknown
	 * @param replacement the property that took its place, null if none did
	 * @param removed whether it has no effect any more
	 */
	record Property(String name, String type, @Nullable String replacement, boolean removed) {

		/** Return whether a key with one more element sets an entry of it. */
		boolean hasEntries(String element) {
			boolean list = this.type.startsWith("java.util.List") || this.type.startsWith("java.util.Set")
					|| this.type.startsWith("java.util.Collection") || this.type.endsWith("[]");
			return list ? element.matches("\\d+")
					: this.type.startsWith("java.util.Map") || this.type.equals("java.util.Properties");
		}

	}

}
