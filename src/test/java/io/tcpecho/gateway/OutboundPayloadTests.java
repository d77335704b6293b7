package io.tcpecho.gateway;

import io.tcpecho.framing.Framing;
import io.tcpecho.payload.Payload;
import io.tcpecho.testing.NioServer;
import org.junit.jupiter.api.Test;

import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.integration.channel.QueueChannel;
import org.springframework.integration.config.EnableIntegration;
import org.springframework.integration.ip.tcp.outbound.TcpOutboundGateway;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessagingException;
import org.springframework.messaging.support.GenericMessage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The payloads that the stock outbound gateway can send by our connection factory: an
 * array, and the message of a server, which a relaying flow passes on as it came.
 */
class OutboundPayloadTests {

	private static final byte[] HELLO = { 'h', 'e', 'l', 'l', 'o' };

	@Test
	void anArrayAndTheMessageOfAServerAreSent() {
		assertThat(exchange(HELLO)).isEqualTo(HELLO);
		assertThat(exchange(Payload.of(HELLO))).isEqualTo(HELLO);
	}

	@Test
	void anythingElseIsRefusedByItsType() {
		assertThatExceptionOfType(MessagingException.class).isThrownBy(() -> exchange(7))
			.havingRootCause()
			.withMessage("The payload of a message is a java.lang.Integer, and must be a byte[] or a Payload");
	}

	private static Object exchange(Object payload) {
		try (NioServer server = NioServer.framing(Framing.EOF).start();
				AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext(
						Integration.class)) {
			NioClientConnectionFactory factory = new NioClientConnectionFactory("relay", "127.0.0.1", server.port());
			factory.setFraming(Framing.EOF, HELLO.length);
			factory.setApplicationEventPublisher(context);
			QueueChannel replies = new QueueChannel();
			TcpOutboundGateway gateway = new TcpOutboundGateway();
			gateway.setConnectionFactory(factory);
			gateway.setCloseStreamAfterSend(true);
			gateway.setReplyChannel(replies);
			gateway.setBeanFactory(context);
			gateway.afterPropertiesSet();
			factory.start();
			try {
				gateway.handleMessage(new GenericMessage<>(payload));
				Message<?> reply = replies.receive(10_000);
				assertThat(reply).isNotNull();
				return reply.getPayload();
			}
			finally {
				gateway.stop();
				factory.stop();
			}
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableIntegration
	static class Integration {

	}

}
