package io.tcpecho.settings;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.OriginLookup;
import org.springframework.boot.origin.PropertySourceOrigin;
import org.springframework.boot.origin.SystemEnvironmentOrigin;
import org.springframework.boot.origin.TextResourceOrigin;
import org.springframework.core.env.CommandLinePropertySource;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.Resource;

/**
 * The places where properties are set, in words: a file with its line, an argument, an
 * environment variable, a system property.
 */
final class Origins {

	static final String ENVIRONMENT = StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME;

	static final String SYSTEM_PROPERTIES = StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME;

	static final String COMMAND_LINE = CommandLinePropertySource.COMMAND_LINE_PROPERTY_SOURCE_NAME;

	static final String JSON = "spring.application.json";

	/** A key inside a sentence. */
	private static final Pattern KEY = Pattern.compile("(?<![\\w.-])[a-z][\\w-]*(\\.[\\w-]+)+");

	private final ConfigurableEnvironment environment;

	Origins(ConfigurableEnvironment environment) {
		this.environment = environment;
	}

	/**
	 * Return a sentence, followed by the places where the keys in it are set; not by the
	 * packaged configuration, which has the defaults.
	 */
	String appendedTo(String sentence) {
		List<String> places = KEY.matcher(sentence)
			.results()
			.map(MatchResult::group)
			.distinct()
			.flatMap((key) -> of(key).stream())
			.distinct()
			.toList();
		return places.isEmpty() ? sentence : sentence + " (" + String.join("; ", places) + ")";
	}

	private Optional<String> of(String key) {
		if (!ConfigurationPropertyName.isValid(key)) {
			return Optional.empty();
		}
		ConfigurationPropertyName name = ConfigurationPropertyName.of(key);
		for (var source : ConfigurationPropertySources.get(this.environment)) {
			ConfigurationProperty property = source.getConfigurationProperty(name);
			if (property != null) {
				return isPackaged(property.getOrigin()) ? Optional.empty() : Optional.of(of(property));
			}
		}
		return Optional.empty();
	}

	/** Return where a property is set. */
	static String of(ConfigurationProperty property) {
		PropertySource<?> source = (property.getSource() != null
				&& property.getSource().getUnderlyingSource() instanceof PropertySource<?> underlying) ? underlying
						: null;
		String name = property.getName().toString();
		if (property.getOrigin() instanceof SystemEnvironmentOrigin variable) {
			name = variable.getProperty();
		}
		else if (property.getOrigin() instanceof PropertySourceOrigin inSource) {
			name = inSource.getPropertyName();
		}
		if (source == null) {
			return place(property.getOrigin(), "an unknown place");
		}
		return switch (source.getName()) {
			case ENVIRONMENT, SYSTEM_PROPERTIES, COMMAND_LINE -> described(name, source);
			case JSON -> "SPRING_APPLICATION_JSON";
			default -> place(property.getOrigin(), source.getName());
		};
	}

	/** Return a name with the place where it is written. */
	static String described(String name, PropertySource<?> source) {
		return switch (source.getName()) {
			case ENVIRONMENT -> "environment variable " + name;
			case SYSTEM_PROPERTIES -> "system property " + name;
			case COMMAND_LINE -> "argument --" + name;
			case JSON -> name + " (SPRING_APPLICATION_JSON)";
			default -> name + " (" + place(OriginLookup.getOrigin(source, name), source.getName()) + ")";
		};
	}

	private static String place(@Nullable Origin origin, String otherwise) {
		if (origin instanceof PropertySourceOrigin inSource) {
			return place(inSource.getOrigin(), otherwise);
		}
		if (origin instanceof TextResourceOrigin text && text.getResource() != null) {
			return file(text.getResource())
					+ ((text.getLocation() != null) ? ", line " + (text.getLocation().getLine() + 1) : "");
		}
		return (origin != null) ? origin.toString() : otherwise;
	}

	/** Return the path of a file, or what else a resource is called. */
	static String file(Resource resource) {
		try {
			return resource.isFile() ? resource.getFile().getPath() : resource.getDescription();
		}
		catch (IOException ex) {
			return resource.getDescription();
		}
	}

	private static boolean isPackaged(@Nullable Origin given) {
		Origin origin = (given instanceof PropertySourceOrigin inSource) ? inSource.getOrigin() : given;
		return origin instanceof TextResourceOrigin text && text.getResource() != null
				&& text.getResource().getDescription().startsWith("class path resource [application.yml]");
	}

}
