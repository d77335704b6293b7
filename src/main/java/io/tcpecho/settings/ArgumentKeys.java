package io.tcpecho.settings;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

import io.tcpecho.text.Spelling;

/**
 * The check of keys on the command line before the start: each must be a property of
 * Spring Boot, of a library or of this program. Spring Boot itself ignores every other
 * argument, and the server would run with defaults that its operator does not expect.
 */
public final class ArgumentKeys {

	/** Keys for which the metadata need not be read, because they are frequent. */
	private static final Set<String> FREQUENT = Set.of("server.port", "server.address", "spring.profiles.active",
			"spring.config.location", "spring.config.additional-location", "spring.config.import");

	private static final String LOG_LEVELS = "logging.level.";

	private ArgumentKeys() {
	}

	/**
	 * Return a sentence for each key that no property has. Keys below {@code tcp-echo}
	 * are not among them: the start checks those of all sources.
	 */
	public static List<String> problems(List<String> keys) {
		List<String> uncertain = keys.stream().filter((key) -> !isOwn(key) && !isFrequent(key)).toList();
		if (uncertain.isEmpty()) {
			return List.of();
		}
		PropertyMetadata metadata = PropertyMetadata.read();
		return uncertain.stream()
			.filter((key) -> metadata.find(key).isEmpty())
			.map((key) -> "--" + key + " is not a property"
					+ nearest(key, metadata).map((nearest) -> "; did you mean --" + nearest + "?").orElse(""))
			.toList();
	}

	private static boolean isOwn(String key) {
		return KnownKeys.uniform(key.split("\\.", 2)[0]).equals(KnownKeys.uniform(TcpEchoProperties.PREFIX))
				&& key.indexOf('.') > 0;
	}

	private static boolean isFrequent(String key) {
		return FREQUENT.contains(key) || key.startsWith(LOG_LEVELS) && key.length() > LOG_LEVELS.length();
	}

	private static Optional<String> nearest(String key, PropertyMetadata metadata) {
		return metadata.replacement(key)
			.or(() -> Spelling.nearest(key.toLowerCase(Locale.ROOT),
					metadata.all().map(PropertyMetadata.Property::name).sorted().toList()))
			.or(() -> new KnownKeys(List.of(TcpEchoProperties.class)).nearest(Arrays.asList(key.split("\\.", -1)))
				.map((own) -> TcpEchoProperties.PREFIX + "." + String.join(".", own)));
	}

}
