package io.tcpecho.connection;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What operators may know of the TLS of a connection. It holds no key.
 *
 * @param protocol the version, {@code TLSv1.3} or {@code TLSv1.2}
 * @param cipher the cipher suite
 * @param sni the server's name that the client asked for, null if it named none
 * @param alpn the application protocol agreed on, null if there was none
 * @param resumed whether an earlier session was resumed, which spares a full handshake
 * @param handshakeMicros from the first byte of the handshake to its end, in microseconds
 * @param client the names in the client's certificate, null without one
 */
public record TlsDetails(String protocol, String cipher, @Nullable String sni, @Nullable String alpn, boolean resumed,
		long handshakeMicros, @Nullable Client client) {

	/**
	 * The names in a client's certificate.
	 *
	 * @param subject its distinguished name, in the form of RFC 2253
	 * @param san its alternative names, such as {@code DNS:a.example} or
	 * {@code URI:spiffe://...}
	 */
	public record Client(String subject, List<String> san) {

		public Client {
			san = List.copyOf(san);
		}

	}

}
