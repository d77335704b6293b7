package io.tcpecho.probe;

import java.security.cert.X509Certificate;
import java.time.Instant;

import io.tcpecho.tls.TlsFailure;
import org.jspecify.annotations.Nullable;

/**
 * What the way in of one exchange showed, between the connect and the message. Immutable.
 *
 * @param viaNanos the time from the established connection until the last proxy was a
 * tunnel, in nanoseconds; {@link Result#NEVER} if there is none or it never was
 * @param tlsNanos the time of the handshake of TLS, in nanoseconds; {@link Result#NEVER}
 * if there was none or it did not finish
 * @param tlsReceived bytes of TLS that came, in the handshake and after it; 0 without TLS
 * @param session what that handshake agreed on; null if it did not finish
 * @param failure why TLS has failed, in the handshake or after it; null if it has not
 * @param replica the server that has named itself; null if it has not
 */
public record Passage(long viaNanos, long tlsNanos, long tlsReceived, @Nullable Session session,
		@Nullable TlsFailure failure, @Nullable String replica) {

	/**
	 * What a handshake of TLS has agreed on.
	 *
	 * @param version the version, such as {@code TLSv1.3}
	 * @param cipherSuite the cipher suite
	 * @param serverName the name that was asked for; null for none
	 * @param alpn the application protocol; null for none
	 * @param resumed whether an earlier session was resumed
	 * @param certificate the server's; null if it has shown none
	 * @param expiresAt when the first certificate of the server's chain expires; null if
	 * it has shown none
	 */
	public record Session(String version, String cipherSuite, @Nullable String serverName, @Nullable String alpn,
			boolean resumed, @Nullable X509Certificate certificate, @Nullable Instant expiresAt) {

	}

}
