package io.tcpecho.settings;

import java.util.List;

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
	ProcessLimits processLimits() {
		return ProcessLimits.current();
	}

	@Bean
	ServerSettings serverSettings(TcpEchoProperties properties, ProcessLimits limits,
			ConfigurableApplicationContext context) {
		ConfigurationProblems search = new ConfigurationProblems(context.getEnvironment(), context.getBeanFactory(),
				limits);
		List<String> problems = search.quickly(properties);
		if (!problems.isEmpty()) {
			throw new ConfigurationRefusedException(search.all(problems));
		}
		return ServerSettings.resolve(properties, limits);
	}

}
