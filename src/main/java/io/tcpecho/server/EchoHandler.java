package io.tcpecho.server;

import io.tcpecho.echo.EchoService;

import org.springframework.integration.handler.AbstractReplyProducingMessageHandler;
import org.springframework.messaging.Message;

/**
 * The service activator behind a listener's request channel: calls the
 * {@link EchoService} bean, without reflection, and refuses an answer that is no echo.
 */
class EchoHandler extends AbstractReplyProducingMessageHandler {

	private final EchoService service;

	EchoHandler(EchoService service) {
		this.service = service;
		setRequiresReply(true);
	}

	@Override
	protected byte[] handleRequestMessage(Message<?> requestMessage) {
		byte[] message = (byte[]) requestMessage.getPayload();
		int length = message.length;
		byte[] reply = this.service.echo(message);
		if (reply == null) {
			throw new IllegalStateException("The echo service answered null to a message of " + length + " bytes");
		}
		if (reply.length != length) {
			throw new IllegalStateException(
					"The echo service answered " + reply.length + " bytes to a message of " + length + " bytes");
		}
		return reply;
	}

}
