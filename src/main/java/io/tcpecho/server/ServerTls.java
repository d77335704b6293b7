package io.tcpecho.server;

import java.security.GeneralSecurityException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.tcpecho.settings.ListenerSettings;
import io.tcpecho.settings.ServerSettings;
import io.tcpecho.settings.TlsSettings;
import io.tcpecho.tls.ClientAuth;
import io.tcpecho.tls.EndOfOutput;
import io.tcpecho.tls.HandshakeThreads;
import io.tcpecho.tls.TlsClientLayer;
import io.tcpecho.tls.TlsContexts;
import io.tcpecho.tls.TlsListener;
import io.tcpecho.tls.TlsServerLayer;
import io.tcpecho.wire.Wire;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.ssl.SslBundles;

/**
 * The TLS of all listeners: the bundles that they use, each of them once, and the threads
 * of the handshakes. Thread-safe.
 */
public final class ServerTls {

	private final Map<String, TlsBundle> bundles = new TreeMap<>();

	private final HandshakeThreads threads;

	ServerTls(ServerSettings settings, ObjectProvider<SslBundles> bundles) {
		this.threads = new HandshakeThreads(settings.handshakeThreads());
		for (ListenerSettings listener : settings.listeners()) {
			TlsSettings tls = listener.tls();
			if (tls != null) {
				this.bundles.computeIfAbsent(tls.bundle(), (name) -> TlsBundle.watch(name, bundles.getObject()));
			}
		}
	}

	/** Return the bundles in use. */
	public Collection<TlsBundle> bundles() {
		return List.copyOf(this.bundles.values());
	}

	/** Return the layer of a listener. */
	Wire.Layer layer(TlsSettings settings, TlsListener listener) {
		TlsBundle bundle = bundle(settings);
		TlsServerLayer.Options options = new TlsServerLayer.Options(clientAuth(settings), settings.protocols(),
				bundle.ciphers(), settings.alpn(), settings.closeNotifyRequired());
		return new TlsServerLayer(bundle::context, options, this.threads, listener);
	}

	/**
	 * Return the layer of a client that takes the certificates of a listener's bundle,
	 * and no other ones, for those of its server.
	 */
	Wire.Layer clientLayer(TlsSettings settings, int port) {
		TlsBundle bundle = bundle(settings);
		TlsClientLayer.Options options = new TlsClientLayer.Options(null, port, false, settings.protocols(), List.of(),
				EndOfOutput.BOTH);
		try {
			return new TlsClientLayer(TlsContexts.trustingOnly(bundle::isOwn), options, this.threads, TlsListener.NONE);
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private TlsBundle bundle(TlsSettings settings) {
		TlsBundle bundle = this.bundles.get(settings.bundle());
		if (bundle == null) {
			throw new IllegalStateException("No bundle " + settings.bundle());
		}
		return bundle;
	}

	private static ClientAuth clientAuth(TlsSettings settings) {
		return switch (settings.clientAuth()) {
			case NONE -> ClientAuth.NONE;
			case WANT -> ClientAuth.WANT;
			case NEED -> ClientAuth.NEED;
		};
	}

}
