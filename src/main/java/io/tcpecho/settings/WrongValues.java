package io.tcpecho.settings;

import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

import io.tcpecho.text.Labels;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.AbstractBindHandler;
import org.springframework.boot.context.properties.bind.BindContext;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.util.unit.DataSize;

/**
 * The values that do not have the type of their property, such as a text for a number.
 * Spring Boot reports only the first of them, in terms of Java.
 */
final class WrongValues {

	private static final Map<Class<?>, String> DESCRIPTIONS = Map.of(Boolean.class, "true or false", Integer.class,
			"a whole number between -2147483648 and 2147483647", Long.class,
			"a whole number between -9223372036854775808 and 9223372036854775807", Double.class, "a number",
			Duration.class, "a duration, such as 500ms, 30s or 5m", DataSize.class, "a size, such as 64B, 5KB or 1MB",
			Charset.class, "the name of a character set, such as UTF-8", InetAddress.class,
			"an address of this machine", URI.class, "a URI");

	private static final Map<Class<?>, Class<?>> BOXED = Map.of(boolean.class, Boolean.class, int.class, Integer.class,
			long.class, Long.class, double.class, Double.class);

	private final Binder binder;

	private final Map<String, String> sentences = new LinkedHashMap<>();

	WrongValues(ConfigurableEnvironment environment) {
		this.binder = Binder.get(environment);
	}

	/** Bind a record of properties; a wrong value is noted, and its default is taken. */
	<T> T bind(String prefix, Class<T> type) {
		return this.binder.bindOrCreate(prefix, Bindable.of(type), new Collector());
	}

	/** Return a value, nothing if it is not set; a wrong one is noted. */
	<T> Optional<T> value(String key, Class<T> type) {
		return Optional.ofNullable(this.binder.bind(key, Bindable.of(type), new Collector()).orElse(null));
	}

	/** Return whether a wrong value has been noted below a key. */
	boolean areBelow(String key) {
		return this.sentences.keySet().stream().anyMatch((wrong) -> wrong.startsWith(key + "."));
	}

	/** Note the wrong values of the properties that jars declare. */
	void find(PropertyMetadata metadata) {
		metadata.all().sorted((one, other) -> one.name().compareTo(other.name())).forEach((property) -> {
			Class<?> type = type(property.type());
			if (type != null && ConfigurationPropertyName.isValid(property.name())) {
				this.binder.bind(ConfigurationPropertyName.of(property.name()), Bindable.of(type), new Collector());
			}
		});
	}

	/** Return the class of a value that one text describes; null for other types. */
	private static @Nullable Class<?> type(String name) {
		Optional<Class<?>> described = DESCRIPTIONS.keySet()
			.stream()
			.filter((type) -> type.getName().equals(name))
			.findFirst();
		if (described.isPresent()) {
			return described.get();
		}
		try {
			Class<?> type = Class.forName(name, false, WrongValues.class.getClassLoader());
			return type.isEnum() ? type : null;
		}
		catch (ClassNotFoundException | LinkageError ex) {
			return null;
		}
	}

	/** Return a sentence for each wrong value. */
	List<String> sentences() {
		return List.copyOf(this.sentences.values());
	}

	/**
	 * Return whether a sentence may come from the default of a key with a wrong value: it
	 * names the key, or a key beside it and the last word of it.
	 */
	boolean concern(String sentence) {
		return this.sentences.keySet().stream().anyMatch((key) -> {
			int dot = key.lastIndexOf('.');
			return sentence.contains(key.substring(0, dot + 1))
					&& sentence.matches("(?s).*(?<![\\w-])\\Q" + key.substring(dot + 1) + "\\E(?![\\w.-]).*");
		});
	}

	/** Describe a value that does not have the type of its property. */
	static String sentence(ConfigurationPropertyName name, @Nullable ConfigurationProperty property, Class<?> type,
			Throwable error) {
		String shown = (property != null) ? "\"" + property.getValue() + "\"" : "wrong";
		String place = (property != null) ? " (" + Origins.of(property) + ")" : "";
		for (Throwable cause = error; cause != null; cause = cause.getCause()) {
			if (String.valueOf(cause.getMessage()).startsWith("Could not resolve placeholder")) {
				return documented(name) + " is " + shown + ", whose placeholder has no value" + place;
			}
		}
		return documented(name) + " is " + shown + ", and must be " + allowed(type) + place;
	}

	/** Return a key as it is documented; environment variables have no dashes. */
	private static String documented(ConfigurationPropertyName name) {
		return name.toString().replaceFirst("^tcpecho\\.", TcpEchoProperties.PREFIX + ".");
	}

	private static String allowed(Class<?> type) {
		if (type.isEnum()) {
			return "one of " + Arrays.stream(type.getEnumConstants())
				.map((constant) -> Labels.of((Enum<?>) constant))
				.collect(Collectors.joining(", "));
		}
		return DESCRIPTIONS.getOrDefault(BOXED.getOrDefault(type, type), "a value of another form");
	}

	/** Notes each wrong value and goes on without it. */
	private final class Collector extends AbstractBindHandler {

		@Override
		public @Nullable Object onFailure(ConfigurationPropertyName name, Bindable<?> target, BindContext context,
				Exception error) {
			WrongValues.this.sentences.putIfAbsent(documented(name),
					sentence(name, context.getConfigurationProperty(), target.getType().toClass(), error));
			return null;
		}

	}

}
