package io.tcpecho.server;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

import io.tcpecho.echo.EchoService;
import io.tcpecho.nio.MemoryBudget;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.LazyInitializationExcludeFilter;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.integration.config.IntegrationManagementConfigurer;
import org.springframework.integration.dsl.IntegrationFlow;

/**
 * The beans that all listeners share.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(TcpEchoProperties.class)
@Import(ListenerRegistrar.class)
class ServerConfiguration {

	@Bean
	EchoService echoService() {
		return EchoService.identity();
	}

	@Bean
	ServerSettings serverSettings(TcpEchoProperties properties, ConfigurableApplicationContext context) {
		ConfigurableEnvironment environment = context.getEnvironment();
		List<Class<?>> propertyTypes = new ArrayList<>();
		for (String name : context.getBeanNamesForAnnotation(ConfigurationProperties.class)) {
			propertyTypes.add(context.getType(name));
		}
		List<String> problems = new ArrayList<>(new UnknownKeys(propertyTypes).find(environment));
		problems.addAll(new UnknownProfiles(environment, context.getBeanFactory()).find());
		String address = environment.getProperty("server.address");
		if (properties.management().unprotected() && !isLoopback(address)) {
			problems.add("tcp-echo.management.unprotected is true, and server.address is "
					+ ((address != null) ? address : "not set") + ", which is not a loopback address");
		}
		if (!problems.isEmpty()) {
			throw new ConfigurationRefusedException(problems);
		}
		return ServerSettings.resolve(properties, Machine.current());
	}

	private static boolean isLoopback(@Nullable String address) {
		try {
			return address != null && InetAddress.getByName(address).isLoopbackAddress();
		}
		catch (UnknownHostException ex) {
			return false;
		}
	}

	/**
	 * Nothing refers to a flow: left to be lazy, it would leave its gateway without a
	 * service.
	 */
	@Bean
	static LazyInitializationExcludeFilter flowsAreNeverLazy() {
		return LazyInitializationExcludeFilter.forBeanTypes(IntegrationFlow.class);
	}

	@Bean
	MemoryBudget memoryBudget(ServerSettings settings) {
		return new MemoryBudget(settings.maxBufferedInBytes(), settings.bufferWait());
	}

	@Bean
	ServiceExecutors serviceExecutors() {
		return new ServiceExecutors();
	}

	@Bean
	ServerLifecycle serverLifecycle(ConfigurableApplicationContext context, ServerSettings settings,
			List<EchoListener> listeners) {
		return new ServerLifecycle(context, settings, listeners);
	}

	@Bean
	EchoListeners echoListeners(List<EchoListener> listeners, TcpEchoProperties properties, MemoryBudget budget,
			ServerSettings settings) {
		return new EchoListeners(listeners, properties, budget, settings.maxBufferedInBytes());
	}

	/**
	 * Spring Integration without its timers: each message would pass four of them, and a
	 * listener's own counters say more.
	 */
	@Bean(IntegrationManagementConfigurer.MANAGEMENT_CONFIGURER_NAME)
	static IntegrationManagementConfigurer integrationManagementConfigurer() {
		IntegrationManagementConfigurer configurer = new IntegrationManagementConfigurer();
		configurer.setDefaultLoggingEnabled(false);
		return configurer;
	}

}
