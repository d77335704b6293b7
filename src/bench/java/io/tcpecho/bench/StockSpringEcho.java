package io.tcpecho.bench;

import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.integration.annotation.ServiceActivator;
import org.springframework.integration.channel.DirectChannel;
import org.springframework.integration.config.EnableIntegration;
import org.springframework.integration.ip.tcp.connection.AbstractServerConnectionFactory;
import org.springframework.integration.ip.tcp.connection.TcpNetServerConnectionFactory;
import org.springframework.integration.ip.tcp.connection.TcpNioServerConnectionFactory;
import org.springframework.integration.ip.tcp.inbound.TcpInboundGateway;
import org.springframework.integration.ip.tcp.serializer.ByteArrayLfSerializer;

/**
 * A line echo server of stock Spring Integration parts:
 * {@code StockSpringEcho PORT nio|net MAX_LINE_BYTES}. There is none for EOF framing,
 * since the stock NIO factory closes the socket on the client's FIN, before the reply.
 */
final class StockSpringEcho {

	private static final int BACKLOG = 1024;

	public static void main(String[] args) {
		int port = Integer.parseInt(args[0]);
		boolean nio = args[1].equals("nio");
		int maxLineBytes = Integer.parseInt(args[2]);
		AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
		context.registerBean(AbstractServerConnectionFactory.class, () -> connectionFactory(port, nio, maxLineBytes));
		context.register(EchoConfiguration.class);
		context.refresh();
		System.out.println("StockSpringEcho listens on port " + port);
	}

	private static AbstractServerConnectionFactory connectionFactory(int port, boolean nio, int maxLineBytes) {
		ByteArrayLfSerializer lines = new ByteArrayLfSerializer();
		lines.setMaxMessageSize(maxLineBytes); // allocated anew for each line
		AbstractServerConnectionFactory factory = nio ? new TcpNioServerConnectionFactory(port)
				: new TcpNetServerConnectionFactory(port);
		factory.setSerializer(lines);
		factory.setDeserializer(lines);
		factory.setBacklog(BACKLOG);
		factory.setSoTcpNoDelay(true);
		return factory;
	}

	@Configuration(proxyBeanMethods = false)
	@EnableIntegration
	static class EchoConfiguration {

		@Bean
		TcpInboundGateway gateway(AbstractServerConnectionFactory factory) {
			TcpInboundGateway gateway = new TcpInboundGateway();
			gateway.setConnectionFactory(factory);
			gateway.setRequestChannelName("lines");
			return gateway;
		}

		@Bean
		DirectChannel lines() {
			return new DirectChannel();
		}

		@Bean
		EchoHandler echoHandler() {
			return new EchoHandler();
		}

	}

	static class EchoHandler {

		@ServiceActivator(inputChannel = "lines")
		byte[] echo(byte[] line) {
			return line;
		}

	}

}
