package io.tcpecho.probe;

import java.nio.ByteBuffer;
import java.util.List;

import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;

import io.tcpecho.text.SocketAddresses;
import io.tcpecho.tls.EndOfOutput;
import io.tcpecho.tls.TlsClientLayer;
import io.tcpecho.tls.TlsListener;
import io.tcpecho.wire.Wire;
import org.jspecify.annotations.Nullable;

/**
 * The TLS of the connections of a run. Immutable, but for the sessions that its context
 * keeps.
 *
 * @param context what is trusted, and the client's certificate
 * @param serverName the name that the server's certificate is for; null for the host of
 * the target
 * @param checksName whether the certificate must be for that name
 * @param versions the versions to offer, such as {@code TLSv1.3}; empty for those of the
 * JDK
 * @param alpn the application protocols to offer, the preferred first; empty for none
 * @param end how the client ends its stream
 * @param acceptsTruncation whether a FIN without close_notify is an end like any other
 */
public record ClientTls(SSLContext context, @Nullable String serverName, boolean checksName, List<String> versions,
		List<String> alpn, EndOfOutput end, boolean acceptsTruncation) {

	/** Copy the lists. */
	public ClientTls {
		versions = List.copyOf(versions);
		alpn = List.copyOf(alpn);
	}

	/**
	 * Check that a server can be asked for by name.
	 * @throws IllegalArgumentException if its name is none
	 */
	void check(Target target) {
		String name = serverName(target);
		if (!SocketAddresses.isAddress(name)) {
			try {
				new SNIHostName(name);
			}
			catch (IllegalArgumentException ex) {
				throw new IllegalArgumentException("'" + name + "' is no name for a server of TLS: " + ex.getMessage());
			}
		}
	}

	/**
	 * Make a hello that is not sent, so that the first handshake that counts does not
	 * load what it needs for that.
	 */
	void warmUp() {
		SSLEngine engine = this.context.createSSLEngine();
		engine.setUseClientMode(true);
		try {
			engine.wrap(ByteBuffer.allocate(0), ByteBuffer.allocate(engine.getSession().getPacketBufferSize()));
		}
		catch (SSLException ex) {
			// The first exchange that counts will tell.
		}
	}

	private String serverName(Target target) {
		return (this.serverName != null) ? this.serverName : target.host();
	}

	/** Return the layer of a connection to a target. */
	Wire.Layer layer(Target target, TlsListener listener) {
		return new TlsClientLayer(this.context, new TlsClientLayer.Options(serverName(target), target.port(),
				this.checksName, this.versions, this.alpn, this.end), listener);
	}

}
