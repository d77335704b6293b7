package io.tcpecho.client;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.integration.dsl.context.IntegrationFlowContext;

/**
 * The beans of the client.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(EchoClientProperties.class)
class ClientConfiguration {

	@Bean
	EchoClients echoClients(IntegrationFlowContext flows) {
		return new EchoClients(flows);
	}

	@Bean
	EchoClient echoClient(EchoClients clients, EchoClientProperties properties) {
		return clients.open("client", properties);
	}

}
