package io.tcpecho.server;

import java.time.Duration;

import javax.net.ssl.SSLSession;

import io.tcpecho.connection.HandshakeResult;
import io.tcpecho.connection.ListenerObserver;
import io.tcpecho.connection.TlsDetails;
import io.tcpecho.tls.TlsFailure;
import io.tcpecho.tls.TlsListener;

/**
 * Tells the observer of a listener how the handshakes of its connections end. Called on
 * its event loops.
 */
final class HandshakeReporter implements TlsListener {

	private final ListenerObserver observer;

	HandshakeReporter(ListenerObserver observer) {
		this.observer = observer;
	}

	@Override
	public void handshakeFinished(SSLSession session, TlsDetails details, Duration time) {
		this.observer.handshakeEnded(details.resumed() ? HandshakeResult.RESUMED : HandshakeResult.OK, time);
	}

	@Override
	public void failed(TlsFailure failure, boolean handshakeFinished) {
		if (!handshakeFinished) {
			this.observer.handshakeEnded(result(failure), null);
		}
	}

	private static HandshakeResult result(TlsFailure failure) {
		return switch (failure.kind()) {
			case ALERT, MISMATCH -> HandshakeResult.REFUSED;
			case UNTRUSTED -> HandshakeResult.UNTRUSTED;
			case NOT_TLS -> HandshakeResult.NOT_TLS;
			case CUT -> HandshakeResult.CUT;
			case TIMEOUT -> HandshakeResult.TIMEOUT;
		};
	}

	@Override
	public void inputEnded(boolean closeNotify) {
		if (!closeNotify) {
			this.observer.endedWithoutCloseNotify();
		}
	}

}
