package io.tcpecho.framing;

import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

import io.tcpecho.testing.Peer;
import io.tcpecho.testing.Peer.End;
import io.tcpecho.testing.Peer.Reply;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.integration.annotation.ServiceActivator;
import org.springframework.integration.channel.DirectChannel;
import org.springframework.integration.config.EnableIntegration;
import org.springframework.integration.ip.tcp.inbound.TcpInboundGateway;
import org.springframework.integration.ip.tcp.connection.TcpNetServerConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The framing in Spring Integration's own {@link TcpNetServerConnectionFactory}: it is a
 * real {@code Deserializer}, not one for the event loops only.
 */
class StockFactoryTests {

	private static final int LIMIT = 5 * 1024;

	private static AnnotationConfigApplicationContext context;

	private static int port;

	private int callsBefore;

	@BeforeAll
	static void startServer() {
		context = new AnnotationConfigApplicationContext(StockServer.class);
		TcpNetServerConnectionFactory factory = context.getBean(TcpNetServerConnectionFactory.class);
		await().until(factory::isListening);
		port = factory.getPort();
	}

	@AfterAll
	static void stopServer() {
		context.close();
	}

	@BeforeEach
	void rememberCalls() {
		this.callsBefore = totalCalls();
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 64, LIMIT - 1, LIMIT })
	void whenAHalfClosedMessageFitsItIsEchoed(int size) {
		byte[] message = randomBytes(size);
		assertThat(Peer.exchange(port, message)).isEqualTo(new Reply(message, End.FIN));
		assertThat(serviceCalls()).isEqualTo(1);
	}

	@Test
	void whenTheMessageHasOneByteTooManyItIsNotEchoed() {
		try (Peer peer = Peer.connect(port)) {
			Reply reply = peer.trySend(randomBytes(LIMIT + 1)).readToEnd();
			assertThat(reply.bytes()).isEmpty();
			assertThat(reply.end()).as("the connection's end").isNotEqualTo(End.NONE);
		}
		assertThat(serviceCalls()).isZero();
		byte[] message = randomBytes(LIMIT);
		assertThat(Peer.exchange(port, message)).as("the next connection").isEqualTo(new Reply(message, End.FIN));
	}

	private int serviceCalls() {
		return totalCalls() - this.callsBefore;
	}

	private static int totalCalls() {
		return context.getBean(StockServer.class).serviceCalls.get();
	}

	private static byte[] randomBytes(int size) {
		byte[] bytes = new byte[size];
		new Random(size).nextBytes(bytes);
		return bytes;
	}

	@Configuration(proxyBeanMethods = false)
	@EnableIntegration
	static class StockServer {

		private final AtomicInteger serviceCalls = new AtomicInteger();

		@Bean
		TcpNetServerConnectionFactory connectionFactory() {
			TcpNetServerConnectionFactory factory = new TcpNetServerConnectionFactory(0);
			factory.setLocalAddress("127.0.0.1");
			factory.setDeserializer(new EofTerminatedDeserializer(LIMIT));
			factory.setSerializer(FrameSerializer.UNFRAMED);
			factory.setSingleUse(true);
			return factory;
		}

		@Bean
		TcpInboundGateway gateway(TcpNetServerConnectionFactory connectionFactory, DirectChannel requests) {
			TcpInboundGateway gateway = new TcpInboundGateway();
			gateway.setConnectionFactory(connectionFactory);
			gateway.setRequestChannel(requests);
			return gateway;
		}

		@Bean
		DirectChannel requests() {
			return new DirectChannel();
		}

		@ServiceActivator(inputChannel = "requests")
		byte[] echo(byte[] message) {
			this.serviceCalls.incrementAndGet();
			return message;
		}

	}

}
