package io.tcpecho.settings;

import java.util.List;

import io.tcpecho.framing.Framing;
import io.tcpecho.settings.TlsProperties.ClientAuth;
import io.tcpecho.settings.TlsProperties.CloseNotify;
import org.jspecify.annotations.Nullable;

/**
 * The TLS of a listener, after the checks.
 *
 * @param bundle the name of its SSL bundle
 * @param clientAuth whether the client's certificate is asked for
 * @param protocols the versions, at least one
 * @param alpn the application protocols that are accepted, empty for no agreement
 * @param closeNotifyRequired whether FIN without close_notify is a failure
 */
public record TlsSettings(String bundle, ClientAuth clientAuth, List<String> protocols, List<String> alpn,
		boolean closeNotifyRequired) {

	/**
	 * The heap in bytes of a connection's engine after the handshake, which is the
	 * largest part. While a record is incomplete, its bytes come on top, and count in the
	 * memory budget.
	 */
	public static final int ENGINE_SIZE_IN_BYTES = 8 * 1024;

	static final String TLS_1_3 = "TLSv1.3";

	static final String TLS_1_2 = "TLSv1.2";

	/** Return the settings, null if the listener has no TLS. */
	static @Nullable TlsSettings of(TlsProperties properties, Framing framing) {
		String bundle = properties.bundle();
		return (bundle != null) ? new TlsSettings(bundle, properties.clientAuth(), protocols(properties, framing),
				properties.acceptedAlpn(), properties.closeNotify() == CloseNotify.REQUIRED) : null;
	}

	private static List<String> protocols(TlsProperties properties, Framing framing) {
		return !properties.configuredProtocols().isEmpty() ? properties.configuredProtocols()
				: (framing == Framing.EOF) ? List.of(TLS_1_3) : List.of(TLS_1_3, TLS_1_2);
	}

}
