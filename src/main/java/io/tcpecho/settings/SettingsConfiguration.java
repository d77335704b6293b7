package io.tcpecho.settings;

import java.util.List;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
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
		ConfigurationProblems search = new ConfigurationProblems(context.getEnvironment(), context.getBeanFactory());
		List<String> problems = search.quickly(properties, checks);
		if (!problems.isEmpty()) {
			throw new ConfigurationRefusedException(search.all(problems));
		}
		return ServerSettings.resolve(properties, ProcessLimits.current());
	}

}
