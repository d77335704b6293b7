package io.tcpecho.server;

import io.tcpecho.echo.EchoService;

import org.springframework.messaging.Message;

/**
 * The service activator of an echo: calls the {@link EchoService} bean, without
 * reflection, and refuses a reply of another length.
 */
class EchoHandler extends ReplyingHandler {

	private final EchoService service;

	EchoHandler(EchoService service) {
		this.service = service;
	}

	@Override
	byte[] reply(Message<?> request) {
		byte[] message = (byte[]) request.getPayload();
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
