package io.tcpecho.server;

import io.tcpecho.connection.ConnectionObserver;
import io.tcpecho.connection.ConnectionSummary;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Logs each connection at debug when it has ended: sizes and outcome, never a byte of
 * what it carried.
 */
class ConnectionLog implements ConnectionObserver {

	private static final Log logger = LogFactory.getLog(ConnectionLog.class);

	@Override
	public void closed(ConnectionSummary connection) {
		if (logger.isDebugEnabled()) {
			logger.debug(connection.id() + " from " + connection.peerText() + ": " + connection.outcome() + " ("
					+ (connection.fin() ? "FIN" : "RST") + "), in " + connection.bytesIn() + " bytes, out "
					+ connection.bytesOut() + " bytes, messages " + connection.messages() + ", "
					+ connection.age().toMillis() + " ms");
		}
	}

}
