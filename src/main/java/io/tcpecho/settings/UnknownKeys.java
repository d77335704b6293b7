package io.tcpecho.settings;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.tcpecho.settings.TcpEchoProperties.Listener;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.StandardEnvironment;

/**
 * Finds keys that nobody reads in the environment and the system properties, where Spring
 * Boot lets them pass: a mistyped limit must not silently be the default one.
 *
 * <p>
 * Names are compared in the form that Boot's relaxed binding has for the environment:
 * lower case, without dashes, the parts joined by dots.
 */
final class UnknownKeys {

	private static final String PREFIX = "tcpecho.";

	private static final String LISTENERS = "listeners.";

	private final Set<String> serverKeys = keys(TcpEchoProperties.class, "");

	private final Set<String> listenerKeys = keys(Listener.class, "");

	/**
	 * Create a search.
	 * @param others records of properties below {@link TcpEchoProperties#PREFIX} that
	 * belong to other packages, each with its own prefix
	 */
	UnknownKeys(Collection<Class<?>> others) {
		for (Class<?> other : others) {
			ConfigurationProperties annotation = other.getAnnotation(ConfigurationProperties.class);
			if (annotation != null && annotation.prefix().startsWith(TcpEchoProperties.PREFIX + ".")) {
				String prefix = annotation.prefix().substring(TcpEchoProperties.PREFIX.length() + 1);
				this.serverKeys.addAll(keys(other, prefix + "."));
			}
		}
	}

	/** Return a sentence for each such key. */
	List<String> find(ConfigurableEnvironment environment) {
		Stream<String> variables = names(environment, StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME)
			.filter((name) -> isOlderSpelling(name) || isUnknown(name.replace('_', '.')))
			.map((name) -> "environment variable " + name + " is not a property of tcp-echo");
		Stream<String> properties = names(environment, StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME)
			.filter((name) -> isUnknown(name.replaceAll("[-_]", "")))
			.map((name) -> "system property " + name + " is not a property of tcp-echo");
		return Stream.concat(variables, properties).toList();
	}

	private static Stream<String> names(ConfigurableEnvironment environment, String source) {
		return (environment.getPropertySources().get(source) instanceof EnumerablePropertySource<?> names)
				? Arrays.stream(names.getPropertyNames()).sorted() : Stream.empty();
	}

	/**
	 * Return whether a variable spells a property with an underscore for each dash. Boot
	 * reads that too, but only for listeners that another source names, so there is one
	 * spelling only. The other names that begin like this are those of a Kubernetes
	 * service {@code tcp-echo}.
	 */
	private static boolean isOlderSpelling(String name) {
		return Arrays.stream(TcpEchoProperties.class.getRecordComponents())
			.map((component) -> component.getName().replaceAll("([A-Z])", "_$1").toUpperCase(Locale.ROOT))
			.anyMatch((key) -> name.startsWith("TCP_ECHO_" + key));
	}

	private boolean isUnknown(String name) {
		String path = name.toLowerCase(Locale.ROOT);
		if (!path.startsWith(PREFIX)) {
			return false;
		}
		String key = path.substring(PREFIX.length());
		if (!key.startsWith(LISTENERS)) {
			return !this.serverKeys.contains(key);
		}
		int afterListener = key.indexOf('.', LISTENERS.length());
		return afterListener < 0 || !this.listenerKeys.contains(key.substring(afterListener + 1));
	}

	private static Set<String> keys(Class<?> type, String prefix) {
		return Arrays.stream(type.getRecordComponents())
			.flatMap((component) -> keys(component, prefix + component.getName().toLowerCase(Locale.ROOT)))
			.collect(Collectors.toCollection(TreeSet::new));
	}

	private static Stream<String> keys(RecordComponent component, String name) {
		if (Map.class.isAssignableFrom(component.getType())) {
			return Stream.empty();
		}
		return component.getType().isRecord() ? keys(component.getType(), name + ".").stream() : Stream.of(name);
	}

}
