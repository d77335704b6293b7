package io.tcpecho.server;

import java.util.List;

import io.tcpecho.echo.EchoService;
import io.tcpecho.limits.MemoryBudget;
import io.tcpecho.settings.ServerSettings;
import io.tcpecho.settings.SettingsConfiguration;
import io.tcpecho.settings.TcpEchoProperties;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.LazyInitializationExcludeFilter;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.info.BuildProperties;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.integration.config.IntegrationConverter;
import org.springframework.integration.config.IntegrationManagementConfigurer;
import org.springframework.integration.context.IntegrationContextUtils;
import org.springframework.integration.dsl.IntegrationFlow;
import org.springframework.integration.support.converter.ConfigurableCompositeMessageConverter;
import org.springframework.messaging.converter.MessageConverter;

/**
 * The beans that all listeners share.
 */
@Configuration(proxyBeanMethods = false)
@Import({ SettingsConfiguration.class, ListenerRegistrar.class })
class ServerConfiguration {

	@Bean
	EchoService echoService() {
		return EchoService.identity();
	}

	@Bean
	@IntegrationConverter
	static PayloadConverter payloadConverter() {
		return new PayloadConverter();
	}

	/** Put the converter of payloads before those of Spring Integration. */
	@Bean(IntegrationContextUtils.ARGUMENT_RESOLVER_MESSAGE_CONVERTER_BEAN_NAME)
	static MessageConverter argumentConverter(PayloadConverter payloads) {
		return new ConfigurableCompositeMessageConverter(List.of(payloads), true);
	}

	/**
	 * Exclude flows from lazy initialization. No bean refers to a flow, so a lazy flow
	 * would never be created, and its gateway would have no service.
	 */
	@Bean
	static LazyInitializationExcludeFilter flowsAreNeverLazy() {
		return LazyInitializationExcludeFilter.forBeanTypes(IntegrationFlow.class);
	}

	@Bean
	SocketTable socketTable() {
		return new SocketTable(System::nanoTime);
	}

	@Bean
	IdentityLine identityLine(ServerSettings settings, ObjectProvider<BuildProperties> build) {
		BuildProperties info = build.getIfAvailable();
		return IdentityLine.of(settings.identity(), (info != null) ? info.getVersion() : null);
	}

	@Bean
	MemoryBudget memoryBudget(ServerSettings settings) {
		return new MemoryBudget(settings.maxBufferedInBytes(), settings.bufferWait());
	}

	@Bean
	ServerTls serverTls(ServerSettings settings, ObjectProvider<SslBundles> bundles) {
		return new ServerTls(settings, bundles);
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

	/** Where systemd started the process and waits for word of it. */
	@Bean
	@ConditionalOnProperty("NOTIFY_SOCKET")
	SystemdNotifier systemdNotifier(ServerSettings settings) {
		return new SystemdNotifier("systemd-notify", settings.drain());
	}

	@Bean
	EchoListeners echoListeners(List<EchoListener> listeners, TcpEchoProperties properties, MemoryBudget budget,
			ServerTls tls) {
		return new EchoListeners(listeners, properties, budget, tls);
	}

	/**
	 * Configure Spring Integration without its timers. Each message would pass four of
	 * them, and the counters of a listener show more.
	 */
	@Bean(IntegrationManagementConfigurer.MANAGEMENT_CONFIGURER_NAME)
	static IntegrationManagementConfigurer integrationManagementConfigurer() {
		IntegrationManagementConfigurer configurer = new IntegrationManagementConfigurer();
		configurer.setDefaultLoggingEnabled(false);
		return configurer;
	}

}
