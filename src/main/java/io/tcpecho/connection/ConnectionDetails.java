package io.tcpecho.connection;

import org.jspecify.annotations.Nullable;

/**
 * What the layers of a connection have learnt beside its bytes. Immutable; each part is
 * null where the connection has no such layer, or as long as that knows nothing.
 *
 * @param proxy what the PROXY header said
 * @param proxyRefusal why there is no valid PROXY header; null otherwise
 * @param tls what the handshake of TLS has agreed on
 */
public record ConnectionDetails(@Nullable ProxyDetails proxy, @Nullable ProxyRefusal proxyRefusal,
		@Nullable TlsDetails tls) {

	/** Nothing is known. */
	public static final ConnectionDetails NONE = new ConnectionDetails(null, null, null);

	/** Return these details with what a PROXY header said. */
	public ConnectionDetails withProxy(ProxyDetails proxy) {
		return new ConnectionDetails(proxy, null, this.tls);
	}

	/** Return these details with the reason for which the connection was refused. */
	public ConnectionDetails withProxyRefusal(ProxyRefusal refusal) {
		return new ConnectionDetails(null, refusal, this.tls);
	}

	/** Return these details with what a handshake has agreed on. */
	public ConnectionDetails withTls(TlsDetails tls) {
		return new ConnectionDetails(this.proxy, this.proxyRefusal, tls);
	}

	/**
	 * Return the address and port of the client for which a proxy speaks, null if no
	 * proxy has told it.
	 */
	public @Nullable String client() {
		return (this.proxy != null) ? this.proxy.source() : null;
	}

}
