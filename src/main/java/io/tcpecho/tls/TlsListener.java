package io.tcpecho.tls;

import java.time.Duration;

import javax.net.ssl.SSLSession;

import io.tcpecho.connection.TlsDetails;

/**
 * Told of what happens in the TLS of one connection, or of all connections of a listener.
 * Called on the thread of the connection's event loop, in the middle of its turn: it must
 * neither block nor use another connection.
 */
public interface TlsListener {

	/** A listener that does nothing. */
	TlsListener NONE = new TlsListener() {
	};

	/**
	 * The handshake is finished on this side. In TLS 1.3 the server may still refuse the
	 * client's certificate: its alert comes as {@link #failed} with the first read.
	 * @param session the session, for what the details do not tell
	 * @param details its version, cipher suite and names, and whether it was resumed
	 * @param time the time since the layer has sent or received its first byte
	 */
	default void handshakeFinished(SSLSession session, TlsDetails details, Duration time) {
	}

	/**
	 * The handshake, or TLS after it, has failed; the connection ends next.
	 * @param handshakeFinished whether it was finished on this side before
	 */
	default void failed(TlsFailure failure, boolean handshakeFinished) {
	}

	/**
	 * The peer's stream has ended.
	 * @param closeNotify whether by close_notify; otherwise by FIN alone, which does not
	 * tell whether bytes are missing
	 */
	default void inputEnded(boolean closeNotify) {
	}

	/** The socket has taken our close_notify. */
	default void closeNotifySent() {
	}

}
