package io.tcpecho.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.tcpecho.docs.ConfigurationMetadata.Key;
import org.junit.jupiter.api.Test;

import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.io.FileSystemResource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The descriptions of the configuration's keys: docs/configuration.md and the comments of
 * application.yml have those of the code, word for word.
 */
class ConfigurationDocTests {

	private static final String PAGE = "docs/configuration.md";

	private static final String FILE = "application.yml";

	private static final String CLIENT = "tcp-echo.client.";

	/** A key of the file, perhaps commented out; then its value has no space. */
	private static final Pattern KEY = Pattern.compile("( *)(?:([a-z0-9-]+):.*|# ([a-z0-9-]+): \\S+)");

	private static final int WIDTH = 92;

	@Test
	void theTablesOfThePageAreThoseOfTheMetadata() throws IOException {
		List<Key> keys = keysInOrder();
		Predicate<Key> ofListeners = (key) -> key.name().startsWith(ConfigurationMetadata.LISTENER);
		Predicate<Key> ofTargets = (key) -> key.name().startsWith(ConfigurationMetadata.TARGET);
		Predicate<Key> ofTheClient = (key) -> key.name().startsWith(CLIENT);
		Generated.check(PAGE, (page) -> {
			String written = Generated.replace(page, "keys of a listener",
					table(keys, ofListeners, ConfigurationMetadata.LISTENER + "."));
			written = Generated.replace(written, "keys for all listeners",
					table(keys, ofListeners.or(ofTheClient).or(ofTargets).negate(), ""));
			written = Generated.replace(written, "keys of a target",
					table(keys, ofTargets, ConfigurationMetadata.TARGET + "."));
			return Generated.replace(written, "keys of the client", table(keys, ofTheClient, ""));
		});
	}

	@Test
	void theCommentsOfTheFileAreThoseOfTheMetadata() throws IOException {
		Map<String, Key> keys = ConfigurationMetadata.keys()
			.stream()
			.collect(Collectors.toMap(Key::name, (key) -> key));
		List<String> described = new ArrayList<>();
		Generated.check(FILE, (file) -> describe(file, keys, described));
		assertThat(described).containsExactlyInAnyOrderElementsOf(keys.keySet());
	}

	@Test
	void theDefaultsOfTheFileAreThoseOfTheMetadata() throws IOException {
		EnumerablePropertySource<?> file = (EnumerablePropertySource<?>) new YamlPropertySourceLoader()
			.load(FILE, new FileSystemResource(FILE))
			.get(0);
		List<Key> keys = ConfigurationMetadata.keys();
		assertThat(keys).hasSizeGreaterThan(30).allSatisfy((key) -> {
			Object value = file.getProperty(key.name()
				.replace(ConfigurationMetadata.LISTENER, "tcp-echo.listeners.eof")
				.replace(ConfigurationMetadata.TARGET, "tcp-echo.monitor.targets.default"));
			if (!key.defaultValue().isEmpty()) {
				assertThat(value).hasToString(key.defaultValue());
			}
		});
	}

	/** Return all keys, in the order in which the file has them. */
	private static List<Key> keysInOrder() throws IOException {
		Map<String, Key> keys = byName();
		List<String> order = new ArrayList<>();
		describe(Files.readString(Path.of(FILE)), keys, order);
		return keys.values().stream().sorted(Comparator.comparing((key) -> order.indexOf(key.name()))).toList();
	}

	private static Map<String, Key> byName() throws IOException {
		return ConfigurationMetadata.keys().stream().collect(Collectors.toMap(Key::name, (key) -> key));
	}

	private static String table(List<Key> keys, Predicate<Key> chosen, String prefix) {
		return keys.stream()
			.filter(chosen)
			.map((key) -> "| `" + key.name().substring(prefix.length()) + "` | "
					+ (key.defaultValue().isEmpty() ? "" : "`" + key.defaultValue() + "` ") + "| " + key.description()
					+ " |\n")
			.collect(Collectors.joining("", "| key | default | meaning |\n| --- | --- | --- |\n", ""));
	}

	/**
	 * Return the file with the description of each key as the comment above it.
	 * @param described gets the names of these keys
	 */
	private static String describe(String file, Map<String, Key> keys, List<String> described) {
		List<String> lines = new ArrayList<>();
		List<String> path = new ArrayList<>();
		boolean first = true;
		int afterKey = 0;
		for (String line : file.split("\n")) {
			first = first && !line.equals("---");
			Matcher matcher = KEY.matcher(line);
			if (first && matcher.matches()) {
				int depth = matcher.group(1).length() / 2;
				path.subList(Math.min(depth, path.size()), path.size()).clear();
				boolean active = matcher.group(2) != null;
				String label = active ? matcher.group(2) : matcher.group(3);
				String name = (String.join(".", path) + "." + label)
					.replaceFirst("^tcp-echo\\.listeners\\.[a-z0-9-]+", ConfigurationMetadata.LISTENER)
					.replaceFirst("^tcp-echo\\.monitor\\.targets\\.[a-z0-9-]+", ConfigurationMetadata.TARGET);
				if (active) {
					path.add(label);
				}
				Key key = keys.get(name);
				if (key != null) {
					described.add(name);
					while (lines.size() > afterKey && lines.get(lines.size() - 1).startsWith(matcher.group(1) + "# ")) {
						lines.remove(lines.size() - 1);
					}
					lines.addAll(wrap(matcher.group(1) + "# ", key.description()));
				}
				afterKey = (active || key != null) ? lines.size() + 1 : afterKey;
			}
			lines.add(line);
		}
		return String.join("\n", lines) + "\n";
	}

	private static List<String> wrap(String prefix, String text) {
		List<String> lines = new ArrayList<>();
		StringBuilder line = new StringBuilder(prefix);
		for (String word : text.split(" ")) {
			if (line.length() > prefix.length() && line.length() + 1 + word.length() > WIDTH) {
				lines.add(line.toString());
				line = new StringBuilder(prefix);
			}
			line.append((line.length() > prefix.length()) ? " " : "").append(word);
		}
		lines.add(line.toString());
		return lines;
	}

}
