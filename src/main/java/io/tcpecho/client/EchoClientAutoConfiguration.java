package io.tcpecho.client;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.integration.autoconfigure.IntegrationAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.integration.dsl.context.IntegrationFlowContext;
import org.springframework.integration.ip.tcp.outbound.TcpOutboundGateway;

/**
 * The auto-configuration of the client, of this server and of other applications that
 * have the library: the bean {@link EchoClient} from the keys below
 * {@code tcp-echo.client}, unless the application has one of its own, and
 * {@link EchoClients} for further clients.
 */
@AutoConfiguration(after = IntegrationAutoConfiguration.class)
@ConditionalOnClass({ IntegrationFlowContext.class, TcpOutboundGateway.class })
@EnableConfigurationProperties(EchoClientProperties.class)
public final class EchoClientAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	EchoClients echoClients(IntegrationFlowContext flows) {
		return new EchoClients(flows);
	}

	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnBooleanProperty(name = EchoClientProperties.PREFIX + ".enabled", matchIfMissing = true)
	EchoClient echoClient(EchoClients clients, EchoClientProperties properties) {
		EchoClientLimits.require(properties);
		return clients.open("client", properties);
	}

}
