package io.tcpecho.tls;

import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

import io.tcpecho.wire.Wire;

/**
 * Puts the server's side of TLS on each connection of a listener. Thread-safe.
 */
public final class TlsServerLayer implements Wire.Layer {

	private final Supplier<SSLContext> context;

	private final Options options;

	private final Executor threads;

	private final TlsListener listener;

	/**
	 * Create a layer.
	 * @param context is asked for each new connection, so that it can change; see
	 * {@link TlsContexts}
	 * @param threads run the arithmetic of handshakes
	 * @param listener is told of all connections, on their event loops
	 */
	public TlsServerLayer(Supplier<SSLContext> context, Options options, Executor threads, TlsListener listener) {
		this.context = context;
		this.options = options;
		this.threads = threads;
		this.listener = listener;
	}

	@Override
	public Wire on(Wire below, Wire.Host host) {
		SSLEngine engine = this.context.get().createSSLEngine();
		engine.setUseClientMode(false);
		engine.setSSLParameters(this.options.applyTo(engine.getSSLParameters()));
		return new TlsWire(below, host, engine, this.threads, this.listener, EndOfOutput.BOTH,
				!this.options.closeNotifyRequired());
	}

	/**
	 * What a listener wants of its clients.
	 *
	 * @param clientAuth whether to ask for the client's certificate
	 * @param protocols the versions to offer, such as {@code TLSv1.3}; empty for those of
	 * the JDK
	 * @param ciphers the cipher suites to offer; empty for those of the JDK
	 * @param alpn the application protocols that are accepted, the preferred first; empty
	 * for no such agreement
	 * @param closeNotifyRequired whether FIN without close_notify is a failure
	 */
	public record Options(ClientAuth clientAuth, List<String> protocols, List<String> ciphers, List<String> alpn,
			boolean closeNotifyRequired) {

		public Options {
			protocols = List.copyOf(protocols);
			ciphers = List.copyOf(ciphers);
			alpn = List.copyOf(alpn);
		}

		SSLParameters applyTo(SSLParameters parameters) {
			if (!this.protocols.isEmpty()) {
				parameters.setProtocols(this.protocols.toArray(String[]::new));
			}
			if (!this.ciphers.isEmpty()) {
				parameters.setCipherSuites(this.ciphers.toArray(String[]::new));
			}
			if (!this.alpn.isEmpty()) {
				parameters.setApplicationProtocols(this.alpn.toArray(String[]::new));
			}
			switch (this.clientAuth) {
				case NEED -> parameters.setNeedClientAuth(true);
				case WANT -> parameters.setWantClientAuth(true);
				case NONE -> parameters.setNeedClientAuth(false);
			}
			return parameters;
		}

	}

}
