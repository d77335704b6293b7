package io.tcpecho.nio;

import java.net.InetSocketAddress;

import io.tcpecho.connection.ConnectionSummary;
import io.tcpecho.wire.WireException;
import org.jspecify.annotations.Nullable;

/**
 * The listener that connections belong to. It is called on the thread of the connection's
 * loop.
 */
public interface ConnectionOwner {

	/**
	 * The peer's real address has become known.
	 * @throws WireException if that address has too many connections
	 */
	void peerNamed(InetSocketAddress peer) throws WireException;

	/** The connection failed by a defect. */
	void connectionFailed(String id, Throwable cause);

	/** The service failed for a message of the connection. */
	void serviceFailed(String id, Throwable cause);

	/**
	 * The connection is closed; called once for each.
	 * @param counted the peer that it was counted for, null if it was never known
	 */
	void connectionClosed(ConnectionSummary summary, @Nullable InetSocketAddress counted);

}
