package io.tcpecho.monitor;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The TLS of connections to a target. A session is never resumed, so that each exchange
 * checks the certificate.
 *
 * @param enabled whether TLS is spoken. A bundle switches it on, too
 * @param bundle name of the SSL bundle with the authorities to trust and perhaps a
 * certificate for the client, below spring.ssl.bundle. Unset: the authorities of the JDK
 * @param serverName name to ask for (SNI) and to expect in the certificate. Unset: the
 * host of the target
 * @param checkName whether the certificate must be for that name
 * @param protocols versions of TLS to offer, TLSv1.3 and TLSv1.2. Unset: both
 * @param alpn application protocols (ALPN) to offer, the preferred first. Unset: none
 * @param closeNotify whether a FIN without the close_notify of TLS is the failure
 * NO_CLOSE_NOTIFY: required, it is; optional, it is an end like any other
 */
public record MonitorTlsProperties(@DefaultValue("false") boolean enabled, @Nullable String bundle,
		@Nullable String serverName, @DefaultValue("true") boolean checkName, @Nullable List<String> protocols,
		@Nullable List<String> alpn, @DefaultValue("required") CloseNotify closeNotify) {

	/** Return whether TLS is spoken. */
	boolean isOn() {
		return this.enabled || this.bundle != null;
	}

	/** What a FIN without close_notify is. */
	public enum CloseNotify {

		/** A failure. */
		REQUIRED,

		/** An end like any other. */
		OPTIONAL

	}

}
