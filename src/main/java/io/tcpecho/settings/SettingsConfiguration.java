package io.tcpecho.settings;

import java.util.List;

import io.tcpecho.settings.ResourceChecks.ManagementDemand;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/**
 * The beans of the configuration: the properties that users wrote, and the settings that
 * are in force after the checks.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({ TcpEchoProperties.class, FaultsProperties.class })
public class SettingsConfiguration {

	/** Tomcat starts so many threads at once, and further ones when they are needed. */
	private static final int USUAL_MANAGEMENT_THREADS = 10;

	@Bean
	ConfigurationCheck faultsChecks(FaultsProperties faults) {
		return new FaultsChecks(faults);
	}

	@Bean
	ProcessLimits processLimits() {
		return ProcessLimits.current();
	}

	@Bean
	ServerSettings serverSettings(TcpEchoProperties properties, ProcessLimits limits,
			ConfigurableApplicationContext context, ObjectProvider<ConfigurationCheck> checks) {
		ConfigurationProblems search = new ConfigurationProblems(context.getEnvironment(), context.getBeanFactory(),
				limits);
		List<String> problems = search.quickly(properties, checks);
		if (!problems.isEmpty()) {
			throw new ConfigurationRefusedException(search.all(problems));
		}
		return ServerSettings.resolve(properties, limits);
	}

	@Bean
	ResourceChecks resourceChecks(TcpEchoProperties properties, ProcessLimits limits, Environment environment) {
		boolean web = !"none".equalsIgnoreCase(environment.getProperty("spring.main.web-application-type"));
		ManagementDemand management = new ManagementDemand(
				web ? environment.getProperty("server.tomcat.max-connections", Integer.class, 0) : 0,
				web ? environment.getProperty("server.tomcat.threads.max", Integer.class, USUAL_MANAGEMENT_THREADS)
						: 0);
		return new ResourceChecks(properties, limits, ProcessCapacity.current(), management);
	}

}
