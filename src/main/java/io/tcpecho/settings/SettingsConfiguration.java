package io.tcpecho.settings;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.ConfigurableEnvironment;

/**
 * The beans of the configuration: what users wrote, and what is in force after the
 * checks.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(TcpEchoProperties.class)
public class SettingsConfiguration {

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

}
