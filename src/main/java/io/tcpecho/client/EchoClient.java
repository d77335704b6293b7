package io.tcpecho.client;

import java.util.Arrays;

import org.springframework.core.NestedExceptionUtils;
import org.springframework.integration.dsl.context.IntegrationFlowContext.IntegrationFlowRegistration;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessagingException;
import org.springframework.messaging.support.GenericMessage;

/**
 * A client of one echo server, through the stock TCP outbound gateway.
 * {@link EchoClients} makes it. Any number of threads may call it at once: with framing
 * {@code eof} each call has a connection of its own, with every other framing the calls
 * take turns on one connection.
 */
public final class EchoClient implements AutoCloseable {

	private final String server;

	private final IntegrationFlowRegistration flow;

	EchoClient(String server, IntegrationFlowRegistration flow) {
		this.server = server;
		this.flow = flow;
	}

	/**
	 * Send a message, and wait for its echo.
	 * @param message the payload, which may be empty and must not change meanwhile
	 * @return the same bytes, as they came back
	 * @throws EchoFailedException if other bytes came back, or none in time
	 */
	public byte[] echo(byte[] message) {
		Message<?> reply;
		try {
			reply = this.flow.getMessagingTemplate().sendAndReceive(new GenericMessage<>(message));
		}
		catch (MessagingException ex) {
			Throwable cause = NestedExceptionUtils.getMostSpecificCause(ex);
			throw new EchoFailedException(
					"No echo from " + this.server + ": " + ((cause.getMessage() != null) ? cause.getMessage() : cause),
					ex);
		}
		if (reply == null || !(reply.getPayload() instanceof byte[] echo)) {
			throw new EchoFailedException("No echo from " + this.server + ": " + reply);
		}
		int mismatch = Arrays.mismatch(message, echo);
		if (mismatch >= 0) {
			throw new EchoFailedException("No echo from " + this.server + ": " + echo.length + " bytes came back of "
					+ message.length + ", the same up to offset " + mismatch);
		}
		return echo;
	}

	/** Reset the open connections, and remove the gateway from the application. */
	@Override
	public void close() {
		this.flow.destroy();
	}

}
