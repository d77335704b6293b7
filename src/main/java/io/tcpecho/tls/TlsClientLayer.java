package io.tcpecho.tls;

import java.util.List;
import java.util.concurrent.Executor;

import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

import io.tcpecho.text.SocketAddresses;
import io.tcpecho.wire.Wire;
import org.jspecify.annotations.Nullable;

/**
 * Puts the client's side of TLS on one connection, or on several. Thread-safe if its
 * listener is.
 *
 * <p>
 * FIN without close_notify is an end of the stream like any other for the connection
 * above; {@link TlsListener#inputEnded} tells it apart.
 */
public final class TlsClientLayer implements Wire.Layer {

	private static final Executor USUAL_THREADS = new HandshakeThreads(2);

	private final SSLContext context;

	private final Options options;

	private final Executor threads;

	private final TlsListener listener;

	/**
	 * Create a layer that does the arithmetic of its handshakes on two threads, which all
	 * such layers share.
	 * @param context see {@link TlsContexts}
	 * @param listener is told what happens, on the event loop
	 */
	public TlsClientLayer(SSLContext context, Options options, TlsListener listener) {
		this(context, options, USUAL_THREADS, listener);
	}

	/**
	 * Create a layer.
	 * @param context see {@link TlsContexts}
	 * @param threads run the arithmetic of handshakes
	 * @param listener is told what happens, on the event loop
	 */
	public TlsClientLayer(SSLContext context, Options options, Executor threads, TlsListener listener) {
		this.context = context;
		this.options = options;
		this.threads = threads;
		this.listener = listener;
	}

	@Override
	public Wire on(Wire below, Wire.Host host) {
		String name = this.options.serverName();
		SSLEngine engine = this.context.createSSLEngine(name, this.options.port());
		engine.setUseClientMode(true);
		engine.setSSLParameters(this.options.applyTo(engine.getSSLParameters()));
		return new TlsWire(below, host, engine, this.threads, this.listener, this.options.endOfOutput(), true);
	}

	/**
	 * What a client wants of its server.
	 *
	 * @param serverName the name or address that the server's certificate is for; a name
	 * is sent to the server (SNI). Null: none is sent, and {@code checksName} must be
	 * false
	 * @param port the server's port, to find a session that can be resumed
	 * @param checksName whether the certificate must be for that name
	 * @param protocols the versions to offer, such as {@code TLSv1.3}; empty for those of
	 * the JDK
	 * @param alpn the application protocols to offer, the preferred first; empty for none
	 * @param endOfOutput how to say that no more bytes come
	 */
	public record Options(@Nullable String serverName, int port, boolean checksName, List<String> protocols,
			List<String> alpn, EndOfOutput endOfOutput) {

		public Options {
			if (checksName && serverName == null) {
				throw new IllegalArgumentException("There is no server name to check");
			}
			protocols = List.copyOf(protocols);
			alpn = List.copyOf(alpn);
		}

		SSLParameters applyTo(SSLParameters parameters) {
			if (!this.protocols.isEmpty()) {
				parameters.setProtocols(this.protocols.toArray(String[]::new));
			}
			if (!this.alpn.isEmpty()) {
				parameters.setApplicationProtocols(this.alpn.toArray(String[]::new));
			}
			if (this.checksName) {
				parameters.setEndpointIdentificationAlgorithm("HTTPS");
			}
			String name = this.serverName;
			if (name != null && !SocketAddresses.isAddress(name)) {
				// Without this, the JDK sends no name without a dot in it.
				parameters.setServerNames(List.of(new SNIHostName(name)));
			}
			return parameters;
		}

	}

}
