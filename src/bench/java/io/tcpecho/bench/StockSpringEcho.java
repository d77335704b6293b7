package io.tcpecho.bench;

import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.integration.annotation.ServiceActivator;
import org.springframework.integration.channel.DirectChannel;
import org.springframework.integration.config.EnableIntegration;
import org.springframework.integration.ip.tcp.connection.AbstractServerConnectionFactory;
import org.springframework.integration.ip.tcp.connection.TcpNetServerConnectionFactory;
import org.springframework.integration.ip.tcp.connection.TcpNioServerConnectionFactory;
import org.springframework.integration.ip.tcp.inbound.TcpInboundGateway;
import org.springframework.integration.ip.tcp.serializer.AbstractByteArraySerializer;
import org.springframework.integration.ip.tcp.serializer.ByteArrayLfSerializer;
import org.springframework.integration.ip.tcp.serializer.ByteArrayRawSerializer;

/**
 * An echo server of stock Spring Integration parts:
 * {@code StockSpringEcho PORT eof|line nio|net MAX_MESSAGE_BYTES}. With EOF framing the
 * stock NIO factory closes the socket on the client's FIN, before the reply: it is here
 * to show how many messages that loses.
 */
final class StockSpringEcho {

	private static final int BACKLOG = 1024;

	public static void main(String[] args) {
		int port = Integer.parseInt(args[0]);
		boolean byLine = args[1].equals("line");
		boolean nio = args[2].equals("nio");
		int maxMessageBytes = Integer.parseInt(args[3]);
		AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
		context.registerBean(AbstractServerConnectionFactory.class,
				() -> connectionFactory(port, byLine, nio, maxMessageBytes));
		context.register(EchoConfiguration.class);
		context.refresh();
		System.out.println("StockSpringEcho listens on port " + port);
	}

	private static AbstractServerConnectionFactory connectionFactory(int port, boolean byLine, boolean nio,
			int maxMessageBytes) {
		AbstractByteArraySerializer messages = byLine ? new ByteArrayLfSerializer() : new ByteArrayRawSerializer();
		messages.setMaxMessageSize(maxMessageBytes); // allocated anew for each message
		AbstractServerConnectionFactory factory = nio ? new TcpNioServerConnectionFactory(port)
				: new TcpNetServerConnectionFactory(port);
		factory.setSerializer(messages);
		factory.setDeserializer(messages);
		factory.setSingleUse(!byLine);
		factory.setBacklog(BACKLOG);
		factory.setSoTcpNoDelay(true);
		return factory;
	}

	/** No {@code @Configuration}, which the application's own scan would find. */
	@EnableIntegration
	static class EchoConfiguration {

		@Bean
		TcpInboundGateway gateway(AbstractServerConnectionFactory factory) {
			TcpInboundGateway gateway = new TcpInboundGateway();
			gateway.setConnectionFactory(factory);
			gateway.setRequestChannelName("messages");
			return gateway;
		}

		@Bean
		DirectChannel messages() {
			return new DirectChannel();
		}

		@Bean
		EchoHandler echoHandler() {
			return new EchoHandler();
		}

	}

	static class EchoHandler {

		@ServiceActivator(inputChannel = "messages")
		byte[] echo(byte[] message) {
			return message;
		}

	}

}
