package io.tcpecho.gateway;

import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

import io.tcpecho.framing.Framing;
import io.tcpecho.testing.NioServer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.integration.config.EnableIntegration;
import org.springframework.integration.core.MessagingTemplate;
import org.springframework.integration.dsl.IntegrationFlow;
import org.springframework.integration.ip.dsl.Tcp;
import org.springframework.integration.ip.tcp.connection.TcpNetClientConnectionFactory;
import org.springframework.integration.ip.tcp.serializer.AbstractByteArraySerializer;
import org.springframework.integration.ip.tcp.serializer.ByteArrayCrLfSerializer;
import org.springframework.integration.ip.tcp.serializer.ByteArrayLengthHeaderSerializer;
import org.springframework.integration.ip.tcp.serializer.ByteArrayLfSerializer;
import org.springframework.integration.ip.tcp.serializer.ByteArrayRawSerializer;
import org.springframework.messaging.MessageChannel;
import org.springframework.messaging.support.GenericMessage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * A stock Spring Integration client with the stock serializer of a framing gets the same
 * bytes back from a listener of that framing. {@code -Dtest.echoes} sets how often.
 */
class StockClientWireTests {

	private static final int MESSAGES = Integer.getInteger("test.echoes", 200);

	static Stream<Arguments> framings() {
		return Stream.of(arguments(Framing.LINE, new ByteArrayLfSerializer(), 4000),
				arguments(Framing.CRLF, new ByteArrayCrLfSerializer(), 4000),
				arguments(Framing.LENGTH_1, new ByteArrayLengthHeaderSerializer(1), 255),
				arguments(Framing.LENGTH_2, new ByteArrayLengthHeaderSerializer(2), 5120),
				arguments(Framing.LENGTH_4, new ByteArrayLengthHeaderSerializer(4), 5120),
				arguments(Framing.EOF, new ByteArrayRawSerializer(), 5120));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("framings")
	void whenTheClientIsSpringsOwnItGetsItsBytesBack(Framing framing, AbstractByteArraySerializer serializer,
			int largest) throws Exception {
		serializer.setMaxMessageSize(5120 + 2);
		try (NioServer server = NioServer.framing(framing).start()) {
			exchange(server.port(), serializer, largest, framing);
			assertThat(server.serviceCalls()).isEqualTo(MESSAGES);
			server.awaitQuiet();
		}
	}

	private static void exchange(int port, AbstractByteArraySerializer serializer, int largest, Framing framing) {
		try (AnnotationConfigApplicationContext client = client(port, serializer, framing == Framing.EOF)) {
			MessagingTemplate template = new MessagingTemplate(client.getBean("requests", MessageChannel.class));
			template.setBeanFactory(new StaticListableBeanFactory(Map.of()));
			Random random = new Random(framing.ordinal());
			for (int i = 0; i < MESSAGES; i++) {
				byte[] message = new byte[1 + random.nextInt(largest)];
				random.nextBytes(message);
				for (int j = 0; j < message.length; j++) {
					message[j] = (message[j] == '\n') ? (byte) ' ' : message[j];
				}
				assertThat(template.sendAndReceive(new GenericMessage<>(message)))
					.as("reply to message %d, of %d bytes", i, message.length)
					.satisfies((reply) -> assertThat(reply.getPayload()).isEqualTo(message));
			}
		}
	}

	private static AnnotationConfigApplicationContext client(int port, AbstractByteArraySerializer serializer,
			boolean halfClosing) {
		TcpNetClientConnectionFactory factory = new TcpNetClientConnectionFactory("127.0.0.1", port);
		factory.setSerializer(serializer);
		factory.setDeserializer(serializer);
		factory.setSingleUse(halfClosing);
		factory.setSoTimeout(10_000);
		AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
		factory.setApplicationEventPublisher(context);
		context.register(Spring.class);
		context.registerBean("flow", IntegrationFlow.class,
				() -> IntegrationFlow.from("requests")
					.handle(Tcp.outboundGateway(factory).remoteTimeout(10_000).closeStreamAfterSend(halfClosing))
					.get());
		context.refresh();
		return context;
	}

	@EnableIntegration
	static class Spring {

	}

}
