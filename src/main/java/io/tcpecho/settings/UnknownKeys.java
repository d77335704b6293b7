package io.tcpecho.settings;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;

/**
 * Finds keys below {@code tcp-echo} that no property has, in every source of the
 * environment: files, environment variables, system properties, the command line and
 * {@code SPRING_APPLICATION_JSON}. Without this check, a mistyped limit would silently
 * leave the default in force.
 */
final class UnknownKeys {

	/** The prefix of environment variables, and its older spelling. */
	private static final String VARIABLES = "TCPECHO_";

	private static final String OLDER_VARIABLES = "TCP_ECHO_";

	private final KnownKeys known;

	/**
	 * Create a search.
	 * @param types the records of properties, of this and of other packages
	 */
	UnknownKeys(Collection<Class<?>> types) {
		this.known = new KnownKeys(types);
	}

	/**
	 * Return a sentence for each unknown key: those of environment variables first, then
	 * those of system properties, then others in the order in which sources take
	 * precedence.
	 */
	List<String> find(ConfigurableEnvironment environment) {
		List<PropertySource<?>> sources = new ArrayList<>();
		Stream.of(Origins.ENVIRONMENT, Origins.SYSTEM_PROPERTIES)
			.map(environment.getPropertySources()::get)
			.filter((source) -> source != null)
			.forEach(sources::add);
		environment.getPropertySources().stream().filter((source) -> !sources.contains(source)).forEach(sources::add);
		return sources.stream()
			.flatMap((source) -> (source instanceof EnumerablePropertySource<?> names) ? find(names) : Stream.empty())
			.distinct()
			.toList();
	}

	private Stream<String> find(EnumerablePropertySource<?> source) {
		boolean variables = source.getName().equals(Origins.ENVIRONMENT);
		return Arrays.stream(source.getPropertyNames())
			.sorted()
			.flatMap((name) -> (variables && name.indexOf('.') < 0) ? findVariable(name) : findKey(name, source));
	}

	// Environment variables

	private Stream<String> findVariable(String name) {
		String upperCase = name.toUpperCase(Locale.ROOT);
		boolean older = isOlderSpelling(name);
		if (!older && !upperCase.startsWith(VARIABLES)) {
			return Stream.empty();
		}
		String rest = name.substring((older ? OLDER_VARIABLES : VARIABLES).length());
		List<String> key = List.of(rest.split("_", -1));
		if (!older && this.known.contains(key)) {
			return Stream.empty();
		}
		return Stream.of("environment variable " + name + " is not a property of tcp-echo"
				+ suggestion(key, UnknownKeys::variable));
	}

	/**
	 * Return whether a variable spells a property with an underscore for each dash.
	 * Spring Boot reads this spelling too, but only for listeners that another source
	 * names, so it is refused. Other variables with this prefix are ignored: Kubernetes
	 * sets them for a service {@code tcp-echo}.
	 */
	private boolean isOlderSpelling(String name) {
		return this.known.firstElements()
			.stream()
			.map((element) -> OLDER_VARIABLES + element.replace('-', '_').toUpperCase(Locale.ROOT))
			.anyMatch(name::startsWith);
	}

	private static String variable(List<String> key) {
		return VARIABLES + key.stream()
			.map((element) -> element.replace("-", "").toUpperCase(Locale.ROOT))
			.collect(Collectors.joining("_"));
	}

	// Other sources

	private Stream<String> findKey(String name, EnumerablePropertySource<?> source) {
		List<String> elements = KnownKeys.elements(name);
		String root = elements.isEmpty() ? "" : elements.get(0).toLowerCase(Locale.ROOT).replaceAll("[-_]", "");
		if (elements.size() < 2 || !root.equals("tcpecho")) {
			return Stream.empty();
		}
		List<String> key = elements.subList(1, elements.size());
		if (this.known.contains(key) || (isBlank(source.getProperty(name)) && this.known.isParent(key))) {
			return Stream.empty();
		}
		return Stream.of(Origins.described(name, source) + " is not a property of tcp-echo"
				+ suggestion(key, UnknownKeys::documented));
	}

	/** Return whether a source has the key without a value. */
	private static boolean isBlank(Object value) {
		return value == null || value.toString().isBlank();
	}

	private static String documented(List<String> key) {
		return TcpEchoProperties.PREFIX + "." + String.join(".", key);
	}

	private String suggestion(List<String> unknown, Function<List<String>, String> spelling) {
		return this.known.nearest(unknown).map((key) -> "; did you mean " + spelling.apply(key) + "?").orElse("");
	}

}
