package io.tcpecho.settings;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The TLS of a listener.
 *
 * @param bundle name of the SSL bundle with the server's certificate and key, below
 * spring.ssl.bundle.pem or spring.ssl.bundle.jks. Unset: no TLS. With reload-on-update of
 * the bundle, new connections get a renewed certificate
 * @param clientAuth whether the client's certificate is asked for: none; want, a client
 * may have none; need, a client without one is refused. A certificate that the truststore
 * of the bundle does not trust is refused
 * @param protocols versions of TLS, TLSv1.3 and TLSv1.2. Unset: TLSv1.3 with framing eof,
 * which TLSv1.2 cannot have, and both with any other
 * @param alpn application protocols (ALPN) that are accepted, the preferred first. A
 * client that offers others only is refused. Unset: none is agreed on
 * @param closeNotify treatment of a FIN without the close_notify of TLS, which does not
 * tell whether bytes are missing: required, the connection is reset; optional, it ends
 * the client's stream as close_notify does (ncat, nginx with proxy_ssl)
 */
public record TlsProperties(@Nullable String bundle, @DefaultValue("none") ClientAuth clientAuth,
		@Nullable List<String> protocols, @Nullable List<String> alpn,
		@DefaultValue("required") CloseNotify closeNotify) {

	/** Return the configured versions, none if they are unset. */
	List<String> configuredProtocols() {
		return (this.protocols != null) ? this.protocols : List.of();
	}

	/** Return the accepted application protocols, none if they are unset. */
	List<String> acceptedAlpn() {
		return (this.alpn != null) ? this.alpn : List.of();
	}

	/** Whether the client's certificate is asked for. */
	public enum ClientAuth {

		/** No. */
		NONE,

		/** Yes, and a client may have none. */
		WANT,

		/** Yes, and a client must have one. */
		NEED

	}

	/** The treatment of a FIN without close_notify. */
	public enum CloseNotify {

		/** The connection is reset. */
		REQUIRED,

		/** It ends the client's stream. */
		OPTIONAL

	}

}
