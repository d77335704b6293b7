package io.tcpecho.settings;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.annotation.AnnotatedBeanDefinition;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.origin.OriginLookup;
import org.springframework.boot.origin.TextResourceOrigin;
import org.springframework.context.annotation.Profile;
import org.springframework.core.env.AbstractEnvironment;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Finds active profiles to which no configuration and no bean belongs. Spring Boot
 * accepts them, so with a mistyped profile a pod would silently run with the defaults.
 *
 * <p>
 * A profile is known if a file was read for it, such as {@code application-NAME.yml}, if
 * a document was read on condition of it, if a group of profiles has its name, or if a
 * bean depends on it.
 */
final class UnknownProfiles {

	private static final String ON_PROFILE = "spring.config.activate.on-profile";

	private static final String GROUPS = "spring.profiles.group";

	private final ConfigurableEnvironment environment;

	private final ConfigurableListableBeanFactory beans;

	UnknownProfiles(ConfigurableEnvironment environment, ConfigurableListableBeanFactory beans) {
		this.environment = environment;
		this.beans = beans;
	}

	/** Return a sentence for each unknown profile. */
	List<String> find() {
		String[] active = this.environment.getActiveProfiles();
		String[] inForce = (active.length > 0) ? active : this.environment.getDefaultProfiles();
		return Arrays.stream(inForce)
			.filter((profile) -> !profile.equals(AbstractEnvironment.RESERVED_DEFAULT_PROFILE_NAME))
			.filter((profile) -> !hasProperties(profile) && !isGroup(profile) && !hasBean(profile))
			.map((profile) -> "profile " + profile
					+ " is active, and nothing belongs to it; the profiles of tcp-echo are "
					+ String.join(", ", ownProfiles()))
			.toList();
	}

	private boolean hasProperties(String profile) {
		return this.environment.getPropertySources()
			.stream()
			.anyMatch((source) -> isFileOf(profile, source) || conditions(source).anyMatch(profile::equals));
	}

	/** Return whether a source was read from a file with the profile in its name. */
	private static boolean isFileOf(String profile, PropertySource<?> source) {
		if (!(source instanceof EnumerablePropertySource<?> names) || names.getPropertyNames().length == 0
				|| !(OriginLookup.getOrigin(source,
						names.getPropertyNames()[0]) instanceof TextResourceOrigin origin)) {
			return false;
		}
		String file = fileName(origin.getResource());
		return file.substring(0, Math.max(0, file.lastIndexOf('.'))).endsWith("-" + profile);
	}

	private static String fileName(@Nullable Resource resource) {
		String name = (resource != null) ? resource.getFilename() : null;
		return (name != null) ? name : "";
	}

	/**
	 * Return the profiles that the condition of a source names, including negated ones.
	 */
	private static Stream<String> conditions(PropertySource<?> source) {
		return (source instanceof EnumerablePropertySource<?> names) ? Arrays.stream(names.getPropertyNames())
			.filter((name) -> name.startsWith(ON_PROFILE))
			.flatMap((name) -> profiles(String.valueOf(names.getProperty(name)))) : Stream.empty();
	}

	private boolean isGroup(String profile) {
		return Binder.get(this.environment)
			.bind(GROUPS, Bindable.mapOf(String.class, String[].class))
			.orElse(Map.of())
			.containsKey(profile);
	}

	private boolean hasBean(String profile) {
		return Arrays.stream(this.beans.getBeanDefinitionNames())
			.map(this.beans::getBeanDefinition)
			.flatMap(UnknownProfiles::conditions)
			.anyMatch(profile::equals);
	}

	private static Stream<String> conditions(BeanDefinition definition) {
		if (!(definition instanceof AnnotatedBeanDefinition annotated)) {
			return Stream.empty();
		}
		AnnotatedTypeMetadata metadata = annotated.getFactoryMethodMetadata();
		return ((metadata != null) ? metadata : annotated.getMetadata()).getAnnotations()
			.stream(Profile.class)
			.flatMap((condition) -> Arrays.stream(condition.getStringArray("value")))
			.flatMap(UnknownProfiles::profiles);
	}

	/** Return the names in an expression such as {@code kubernetes & !(eu | us)}. */
	private static Stream<String> profiles(String expression) {
		return Arrays.stream(expression.split("[!&|(),\\s]+")).filter((name) -> !name.isEmpty());
	}

	private static Set<String> ownProfiles() {
		try {
			return new YamlPropertySourceLoader().load("own", new ClassPathResource("application.yml"))
				.stream()
				.flatMap(UnknownProfiles::conditions)
				.collect(Collectors.toCollection(TreeSet::new));
		}
		catch (IOException ex) {
			return Set.of();
		}
	}

}
