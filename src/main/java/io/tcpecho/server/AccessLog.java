package io.tcpecho.server;

import io.tcpecho.connection.ConnectionSummary;
import io.tcpecho.connection.ListenerObserver;
import io.tcpecho.text.SocketAddresses;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a line for each connection that has ended to the logger {@value #NAME}, at info:
 * addresses, sizes and the outcome, never a byte of a payload, so that no client can
 * forge a line. With structured logging these values are fields of a JSON object.
 */
class AccessLog implements ListenerObserver {

	static final String NAME = "tcpecho.access";

	private static final Logger logger = LoggerFactory.getLogger(NAME);

	@Override
	public void closed(ConnectionSummary connection) {
		if (!logger.isInfoEnabled()) {
			return;
		}
		String peer = SocketAddresses.text(connection.peer());
		String end = connection.fin() ? "FIN" : "RST";
		logger.atInfo()
			.addKeyValue("id", connection.id())
			.addKeyValue("listener", connection.listener())
			.addKeyValue("peer", peer)
			.addKeyValue("bytesIn", connection.bytesIn())
			.addKeyValue("bytesOut", connection.bytesOut())
			.addKeyValue("messages", connection.messages())
			.addKeyValue("durationMillis", connection.age().toMillis())
			.addKeyValue("outcome", connection.outcome().toString())
			.addKeyValue("end", end)
			.log("{} from {}: {} ({}), in {} bytes, out {} bytes, messages {}, {} ms", connection.id(), peer,
					connection.outcome(), end, connection.bytesIn(), connection.bytesOut(), connection.messages(),
					connection.age().toMillis());
	}

}
