package io.tcpecho.gateway;

import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.integration.ip.tcp.connection.TcpConnection;
import org.springframework.integration.ip.tcp.connection.TcpMessageMapper;
import org.springframework.messaging.Message;
import org.springframework.messaging.support.GenericMessage;

/**
 * Makes Spring messages with the stock mapper's headers, which all messages of a
 * connection share. They have no id and no timestamp.
 *
 * <p>
 * Spring Integration asks for the one circle between files here, and only when the
 * program runs: a connection calls its {@code TcpMessageMapper} with itself as the
 * argument, and the mapper fetches the payload, the message in service, from it. No other
 * class refers to this one but the connection factory, which creates it.
 */
final class NioMessageMapper extends TcpMessageMapper {

	@Override
	public @Nullable Message<?> toMessage(TcpConnection connection, @Nullable Map<String, Object> headers) {
		if (connection instanceof GatewayServerConnection nioConnection && headers == null
				&& nioConnection.getPayload() != null) {
			return new GenericMessage<>(nioConnection.getPayload(), nioConnection.messageHeaders());
		}
		return super.toMessage(connection, headers);
	}

}
