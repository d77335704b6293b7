package io.tcpecho.settings;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.tcpecho.settings.ResourceChecks.ManagementDemand;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.boot.autoconfigure.ssl.PropertiesSslBundle;
import org.springframework.boot.autoconfigure.ssl.SslProperties;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.core.convert.ConversionException;
import org.springframework.core.env.Environment;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.core.io.support.SpringFactoriesLoader.ArgumentResolver;
import org.springframework.core.io.support.SpringFactoriesLoader.FailureHandler;

/**
 * The checks that {@code META-INF/spring.factories} lists. They are not beans, so that
 * they can be made after a wrong value has ended the start.
 */
final class ConfigurationChecks {

	private static final String SSL = "spring.ssl";

	private final Environment environment;

	private final WrongValues values;

	/**
	 * Create the checks.
	 * @param values binds the properties that are not beans
	 */
	ConfigurationChecks(Environment environment, WrongValues values) {
		this.environment = environment;
		this.values = values;
	}

	/** Return the problems of properties whose values have their types. */
	List<String> find(BeanFactory beans) {
		ArgumentResolver arguments = ArgumentResolver
			.from((type) -> type.isRecord() ? beans.getBeanProvider(type).getIfAvailable() : null)
			.andSupplied(ObjectProvider.class, () -> beans.getBeanProvider(SslBundles.class));
		return load(arguments, FailureHandler.throwing()).stream()
			.flatMap((check) -> check.problems().stream())
			.toList();
	}

	/**
	 * Return the problems of properties that have their defaults instead of wrong values.
	 * A check that needs such a value itself is left out.
	 */
	List<String> findDespiteWrongValues() {
		List<String> problems = new ArrayList<>();
		List<ConfigurationCheck> checks = load(ArgumentResolver.ofSupplied(ObjectProvider.class, this::bundles),
				(type, name, failure) -> {
					// Its records cannot be bound: the wrong values are why.
				});
		for (ConfigurationCheck check : checks) {
			try {
				problems.addAll(check.problems());
			}
			catch (ConversionException ex) {
				// It reads a wrong value of the environment, which is reported as such.
			}
		}
		if (this.values.areBelow(SSL)) {
			problems.removeIf((problem) -> problem.contains("bundle"));
		}
		return problems;
	}

	private List<ConfigurationCheck> load(ArgumentResolver arguments, FailureHandler failures) {
		return SpringFactoriesLoader.forDefaultResourceLocation(getClass().getClassLoader())
			.load(ConfigurationCheck.class,
					arguments.and(Environment.class, this.environment)
						.andSupplied(ProcessLimits.class, ProcessLimits::current)
						.andSupplied(ProcessCapacity.class, ProcessCapacity::current)
						.andSupplied(ManagementDemand.class, () -> ManagementDemand.of(this.values))
						.and(ArgumentResolver.from(this::bound)),
					failures);
	}

	private @Nullable Object bound(Class<?> type) {
		return type.isAnnotationPresent(ConfigurationProperties.class) ? this.values.bind(KnownKeys.prefix(type), type)
				: null;
	}

	/** Return the SSL bundles that are configured. */
	private ObjectProvider<SslBundles> bundles() {
		SslProperties.Bundles configured = this.values.bind(SSL, SslProperties.class).getBundle();
		DefaultSslBundleRegistry bundles = new DefaultSslBundleRegistry();
		configured.getJks().forEach((name, bundle) -> bundles.registerBundle(name, PropertiesSslBundle.get(bundle)));
		configured.getPem().forEach((name, bundle) -> bundles.registerBundle(name, PropertiesSslBundle.get(bundle)));
		return new StaticListableBeanFactory(Map.of("sslBundles", bundles)).getBeanProvider(SslBundles.class);
	}

}
