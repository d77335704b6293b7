package io.tcpecho.monitor;

import java.net.InetAddress;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;

import io.micrometer.core.instrument.MeterRegistry;
import io.tcpecho.probe.Resolver;
import io.tcpecho.settings.ServerSettings;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The beans of the monitor. Without a target and without a request none of them has a
 * thread or a socket.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(MonitorProperties.class)
class MonitorConfiguration {

	@Bean
	ClientBundles clientBundles(ObjectProvider<SslBundles> bundles) {
		return new ClientBundles(bundles);
	}

	/** Look names up as the JDK does; a test replaces it. */
	@Bean
	Resolver.LookUp monitorLookUp() {
		return InetAddress::getAllByName;
	}

	/** It ends with the context in any case: a request may have started its loop. */
	@Bean(destroyMethod = "stop")
	Monitor monitor(MonitorProperties properties, ServerSettings settings, ClientBundles bundles,
			MeterRegistry registry, Resolver.LookUp lookUp) {
		return new Monitor(TargetSettings.scheduled(properties, bundles),
				new MonitorMeters(registry, Clock.systemUTC()), lookUp, new OwnAddresses(System::nanoTime),
				System::nanoTime, settings.identity().podOrHost());
	}

	@Bean
	RequestedProbes requestedProbes(MonitorProperties properties, Monitor monitor, ClientBundles bundles,
			Resolver.LookUp lookUp) {
		Map<String, Manner> modules = new HashMap<>();
		properties.targets().forEach((name, target) -> modules.put(name, TargetSettings.manner(target, bundles)));
		return new RequestedProbes(monitor, modules, AllowList.of(properties.allowed()), lookUp);
	}

	@Bean
	OwnRows ownRows(Monitor monitor) {
		return new OwnRows(monitor);
	}

	@Bean
	Matrix matrix(Monitor monitor, OwnRows own) {
		return new Matrix(monitor, own);
	}

}
