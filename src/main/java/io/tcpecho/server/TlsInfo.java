package io.tcpecho.server;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;

import javax.net.ssl.SSLSession;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import io.tcpecho.connection.TlsDetails;
import io.tcpecho.tls.SessionDetails;
import org.jspecify.annotations.Nullable;

/**
 * The TLS of a connection in the answer of service {@code info}.
 *
 * @param version the version, such as {@code TLS 1.3}
 * @param cipherSuite the cipher suite
 * @param serverName the server's name that the client asked for
 * @param negotiatedProtocol the application protocol agreed on
 * @param resumed whether an earlier session was resumed
 * @param client the client's certificate
 */
@JsonInclude(Include.NON_NULL)
record TlsInfo(String version, String cipherSuite, @Nullable String serverName, @Nullable String negotiatedProtocol,
		boolean resumed, @Nullable Client client) {

	/**
	 * The client's certificate. What is below {@code san} is absent where the certificate
	 * itself is not at hand.
	 *
	 * @param subject its distinguished name
	 * @param san its alternative names
	 * @param issuer the distinguished name of its issuer
	 * @param serial its serial number in hexadecimal digits
	 * @param notAfter when it expires
	 * @param sha256 its fingerprint in hexadecimal digits
	 */
	@JsonInclude(Include.NON_NULL)
	record Client(String subject, List<String> san, @Nullable String issuer, @Nullable String serial,
			@Nullable Instant notAfter, @Nullable String sha256) {

		private static Client of(TlsDetails.Client client, @Nullable X509Certificate certificate) {
			if (certificate == null) {
				return new Client(client.subject(), client.san(), null, null, null, null);
			}
			return new Client(client.subject(), client.san(), certificate.getIssuerX500Principal().getName(),
					certificate.getSerialNumber().toString(16), certificate.getNotAfter().toInstant(),
					sha256(certificate));
		}

		private static @Nullable String sha256(X509Certificate certificate) {
			try {
				return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
			}
			catch (NoSuchAlgorithmException | CertificateEncodingException ex) {
				return null;
			}
		}

	}

	/**
	 * Return what is known.
	 * @param session the session, null if it is not at hand
	 */
	static TlsInfo of(TlsDetails details, @Nullable SSLSession session) {
		TlsDetails.Client client = details.client();
		return new TlsInfo(details.protocol().replace("TLSv", "TLS "), details.cipher(), details.sni(), details.alpn(),
				details.resumed(), (client != null)
						? Client.of(client, (session != null) ? SessionDetails.peerCertificate(session) : null) : null);
	}

}
