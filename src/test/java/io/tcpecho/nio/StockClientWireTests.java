package io.tcpecho.nio;

import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

import io.tcpecho.testing.EchoServer;
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
		return Stream.of(arguments("line", new ByteArrayLfSerializer(), 4000),
				arguments("crlf", new ByteArrayCrLfSerializer(), 4000),
				arguments("length-1", new ByteArrayLengthHeaderSerializer(1), 255),
				arguments("length-2", new ByteArrayLengthHeaderSerializer(2), 5120),
				arguments("length-4", new ByteArrayLengthHeaderSerializer(4), 5120),
				arguments("eof", new ByteArrayRawSerializer(), 5120));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("framings")
	void whenTheClientIsSpringsOwnItGetsItsBytesBack(String framing, AbstractByteArraySerializer serializer,
			int largest) throws Exception {
		serializer.setMaxMessageSize(5120 + 2);
		try (EchoServer server = EchoServer.framing(framing).start()) {
			exchange(server.port(), serializer, largest, framing);
			assertThat(server.serviceCalls()).isEqualTo(MESSAGES);
			server.awaitQuiet();
		}
	}

	private static void exchange(int port, AbstractByteArraySerializer serializer, int largest, String framing) {
		try (AnnotationConfigApplicationContext client = client(port, serializer, framing.equals("eof"))) {
			MessagingTemplate template = new MessagingTemplate(client.getBean("requests", MessageChannel.class));
			template.setBeanFactory(new StaticListableBeanFactory(Map.of()));
			Random random = new Random(framing.hashCode());
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
