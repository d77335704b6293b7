package io.tcpecho.settings;

import java.util.ArrayList;
import java.util.List;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The beans of the configuration: the properties that users wrote, and the settings that
 * are in force after the checks.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({ TcpEchoProperties.class, FaultsProperties.class })
public class SettingsConfiguration {

	@Bean
	ConfigurationCheck faultsChecks(FaultsProperties faults) {
		return new FaultsChecks(faults);
	}

	@Bean
	ServerSettings serverSettings(TcpEchoProperties properties, ConfigurableApplicationContext context,
			ObjectProvider<ConfigurationCheck> checks) {
		List<String> problems = new ArrayList<>(new UnknownKeys(propertyTypes(context)).find(context.getEnvironment()));
		problems.addAll(new UnknownProfiles(context.getEnvironment(), context.getBeanFactory()).find());
		checks.forEach((check) -> problems.addAll(check.problems()));
		ProcessLimits limits = ProcessLimits.current();
		problems.addAll(SettingsChecks.find(properties, limits));
		if (!problems.isEmpty()) {
			throw new ConfigurationRefusedException(problems);
		}
		return ServerSettings.resolve(properties, limits);
	}

	private static List<Class<?>> propertyTypes(ApplicationContext context) {
		List<Class<?>> types = new ArrayList<>();
		for (String name : context.getBeanNamesForAnnotation(ConfigurationProperties.class)) {
			Class<?> type = context.getType(name);
			if (type != null) {
				types.add(type);
			}
		}
		return types;
	}

}
