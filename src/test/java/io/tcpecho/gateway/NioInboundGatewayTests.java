package io.tcpecho.gateway;

import java.util.Map;

import io.tcpecho.gateway.NioInboundGateway.ReplyChannel;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.integration.channel.DirectChannel;
import org.springframework.integration.channel.QueueChannel;
import org.springframework.integration.ip.tcp.connection.TcpNetServerConnectionFactory;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageChannel;
import org.springframework.messaging.MessageDeliveryException;
import org.springframework.messaging.MessageHandler;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.MessagingException;
import org.springframework.messaging.support.GenericMessage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class NioInboundGatewayTests {

	private final MessageHeaders headers = new MessageHeaders(Map.of(MessageHeaders.REPLY_CHANNEL, new ReplyChannel()));

	@Test
	void returnsTheReplyThatTheFlowSends() {
		NioInboundGateway gateway = gateway((request) -> reply(request, request.getPayload() + "!"));

		assertThat(exchange(gateway, "one")).isEqualTo("one!");
		assertThat(exchange(gateway, "two")).isEqualTo("two!");
	}

	@Test
	void aReplyOfTheMessageBeforeIsNotThatOfTheNext() {
		NioInboundGateway gateway = gateway((request) -> {
			if (request.getPayload().equals("one")) {
				reply(request, "one!");
			}
		});

		assertThat(exchange(gateway, "one")).isEqualTo("one!");
		assertThat(exchange(gateway, "two")).isNull();
	}

	@Test
	void passesOnWhatTheFlowThrows() {
		NioInboundGateway gateway = gateway((request) -> {
			throw new IllegalStateException("no");
		});

		assertThatExceptionOfType(MessagingException.class).isThrownBy(() -> exchange(gateway, "one"))
			.havingRootCause()
			.withMessage("no");
	}

	@Test
	void aChannelThatDoesNotTakeTheMessageIsAFailure() {
		QueueChannel full = new QueueChannel(1);
		full.send(new GenericMessage<>("before"));
		NioInboundGateway gateway = new NioInboundGateway();
		gateway.setRequestChannel((message, timeout) -> full.send(message, 0));

		assertThatExceptionOfType(MessageDeliveryException.class).isThrownBy(() -> exchange(gateway, "one"));
	}

	@Test
	void aMessageWithoutSuchAReplyChannelGoesTheStockWay() {
		NioInboundGateway gateway = gateway((request) -> reply(request, "stock"));

		Message<?> reply = gateway.sendAndReceiveMessage(new GenericMessage<>("one"));

		assertThat(reply).isNotNull();
		assertThat(reply.getPayload()).isEqualTo("stock");
	}

	private Object exchange(NioInboundGateway gateway, String payload) {
		Message<?> reply = gateway.sendAndReceiveMessage(new GenericMessage<>(payload, this.headers));
		return (reply != null) ? reply.getPayload() : null;
	}

	private static NioInboundGateway gateway(MessageHandler flow) {
		DirectChannel requests = new DirectChannel();
		requests.setBeanFactory(new DefaultListableBeanFactory());
		requests.subscribe(flow);
		NioInboundGateway gateway = new NioInboundGateway();
		gateway.setBeanFactory(new DefaultListableBeanFactory());
		gateway.setRequestChannel(requests);
		gateway.setReplyTimeout(0);
		gateway.setConnectionFactory(new TcpNetServerConnectionFactory(0));
		return gateway;
	}

	private static void reply(Message<?> request, Object payload) {
		MessageChannel replies = (MessageChannel) request.getHeaders().getReplyChannel();
		assertThat(replies).isNotNull();
		replies.send(new GenericMessage<>(payload));
	}

}
