package io.tcpecho.server;

import io.tcpecho.echo.EchoService;
import io.tcpecho.payload.Payload;

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
	Payload reply(Message<?> request) {
		Payload message = payload(request);
		Payload reply = this.service.echo(message);
		if (reply == null) {
			throw new IllegalStateException(
					"The echo service answered null to a message of " + message.size() + " bytes");
		}
		if (reply.size() != message.size()) {
			throw new IllegalStateException("The echo service answered " + reply.size() + " bytes to a message of "
					+ message.size() + " bytes");
		}
		return reply;
	}

}
