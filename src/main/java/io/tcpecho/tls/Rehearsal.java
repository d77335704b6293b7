package io.tcpecho.tls;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

/**
 * A handshake in memory, of a server's context with a client that trusts everything: it
 * fails if the certificate and the key do not belong together, and it loads the classes
 * that the first handshake on an event loop would wait for.
 */
public final class Rehearsal {

	private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

	private static final int BUFFER_IN_BYTES = 64 * 1024;

	private static final int MOST_STEPS = 100;

	private Rehearsal() {
	}

	/**
	 * Shake hands.
	 * @param server a context with a certificate and its key
	 * @throws SSLException if the two do not come to an agreement
	 */
	public static void run(SSLContext server) throws SSLException {
		SSLContext client = client();
		SSLEngine accepting = server.createSSLEngine();
		accepting.setUseClientMode(false);
		SSLEngine connecting = client.createSSLEngine();
		connecting.setUseClientMode(true);
		connecting.beginHandshake();
		ByteBuffer there = ByteBuffer.allocate(BUFFER_IN_BYTES);
		ByteBuffer back = ByteBuffer.allocate(BUFFER_IN_BYTES);
		for (int i = 0; i < MOST_STEPS; i++) {
			step(connecting, there, back);
			step(accepting, back, there);
			if (isDone(connecting) && isDone(accepting)) {
				return;
			}
		}
		throw new SSLException("The handshake does not end");
	}

	private static SSLContext client() throws SSLException {
		try {
			return TlsContexts.trustingEverything(null);
		}
		catch (GeneralSecurityException ex) {
			throw new SSLException(ex);
		}
	}

	private static boolean isDone(SSLEngine engine) {
		return engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING
				&& !engine.getSession().getCipherSuite().equals("SSL_NULL_WITH_NULL_NULL");
	}

	private static void step(SSLEngine engine, ByteBuffer out, ByteBuffer in) throws SSLException {
		switch (engine.getHandshakeStatus()) {
			case NEED_TASK -> {
				Runnable task;
				while ((task = engine.getDelegatedTask()) != null) {
					task.run();
				}
			}
			case NEED_WRAP -> engine.wrap(NOTHING, out);
			default -> {
				engine.unwrap(in.flip(), ByteBuffer.allocate(BUFFER_IN_BYTES));
				in.compact();
			}
		}
	}

}
