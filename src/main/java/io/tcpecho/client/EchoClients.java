package io.tcpecho.client;

import java.util.List;

import io.tcpecho.gateway.NioClientConnectionFactory;
import io.tcpecho.text.SocketAddresses;
import io.tcpecho.wire.Wire;

import org.springframework.integration.dsl.IntegrationFlow;
import org.springframework.integration.dsl.context.IntegrationFlowContext;
import org.springframework.integration.dsl.context.IntegrationFlowContext.IntegrationFlowRegistration;
import org.springframework.integration.ip.tcp.outbound.TcpOutboundGateway;

/**
 * Makes clients of echo servers. Each client has a flow with the stock TCP outbound
 * gateway, on a connection factory of the package {@code nio}.
 */
public class EchoClients {

	private final IntegrationFlowContext flows;

	EchoClients(IntegrationFlowContext flows) {
		this.flows = flows;
	}

	/**
	 * Open a client. Nothing is connected before its first call.
	 * @param name the name of its flow, connections and thread
	 * @param properties the server's address, its framing and the timeouts
	 * @return the client, for the caller to close
	 * @throws IllegalArgumentException if the framing has no messages
	 */
	public EchoClient open(String name, EchoClientProperties properties) {
		return open(name, properties, List.of());
	}

	/**
	 * Open a client whose bytes pass through layers, such as TLS.
	 * @param layers those of each connection, the innermost first
	 * @see #open(String, EchoClientProperties)
	 */
	public EchoClient open(String name, EchoClientProperties properties, List<Wire.Layer> layers) {
		NioClientConnectionFactory factory = new NioClientConnectionFactory(name, properties.host(), properties.port());
		factory.setLayers(layers);
		factory.setFraming(properties.framing(), Math.toIntExact(properties.maxMessageSize().toBytes()));
		factory.setConnectTimeout(properties.connectTimeout());
		TcpOutboundGateway gateway = new TcpOutboundGateway();
		gateway.setConnectionFactory(factory);
		gateway.setCloseStreamAfterSend(factory.isSingleUse());
		gateway.setRemoteTimeout(properties.exchangeTimeout().toMillis());
		gateway.setRequestTimeout(properties.exchangeTimeout().toMillis());
		// A connection delivers a reply before it reports its end, so the gateway need
		// not
		// wait for a reply after that.
		gateway.setSecondChanceDelay(0);
		IntegrationFlow flow = (definition) -> definition.handle(gateway, (endpoint) -> endpoint.id(name + ".gateway"));
		IntegrationFlowRegistration registration = this.flows.registration(flow)
			.id(name + ".flow")
			.addBean(name + ".connectionFactory", factory)
			.register();
		return new EchoClient(SocketAddresses.hostAndPort(properties.host(), properties.port()), registration);
	}

}
