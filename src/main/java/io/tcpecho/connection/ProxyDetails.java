package io.tcpecho.connection;

import java.util.Map;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import org.jspecify.annotations.Nullable;

/**
 * What the PROXY header of a connection said, in the form that endpoints show: addresses
 * are texts such as {@code 192.0.2.1:50000}, and bytes that are no text are written
 * {@code 0x} and their hexadecimal digits. What the header did not say is null, and
 * absent from JSON.
 *
 * @param version 1 or 2
 * @param command {@code PROXY} or {@code LOCAL}
 * @param transport {@code TCP4}, {@code TCP6} and so on
 * @param source the client's address and port
 * @param destination the address and port that the client connected to
 * @param headerMicros the time from the accept to the last byte of the header, in
 * microseconds
 * @param alpn the application protocol that the client and the proxy have agreed on
 * @param authority the host name that the client asked for
 * @param uniqueId the proxy's name of the connection
 * @param ssl the client's TLS connection to the proxy
 * @param netns the network namespace of the proxy
 * @param aws {@code vpceId}, the VPC endpoint of Amazon's PrivateLink
 * @param azure {@code linkId}, the private endpoint of Azure's Private Link
 * @param gcp {@code pscConnectionId}, the connection of Google's Private Service Connect
 * @param other further additions by their type, such as {@code 0xE1}; of a long value the
 * first bytes
 */
@JsonInclude(Include.NON_NULL)
public record ProxyDetails(int version, String command, @Nullable String transport, @Nullable String source,
		@Nullable String destination, long headerMicros, @Nullable String alpn, @Nullable String authority,
		@Nullable String uniqueId, @Nullable Ssl ssl, @Nullable String netns, @Nullable Map<String, String> aws,
		@Nullable Map<String, Long> azure, @Nullable Map<String, String> gcp, @Nullable Map<String, String> other) {

	/**
	 * The client's TLS connection to the proxy, as the proxy tells it.
	 *
	 * @param client whether the client uses TLS
	 * @param certificate whether the client has sent a certificate in this connection
	 * @param certificateInSession whether it has in this TLS session
	 * @param verified whether the certificate has passed the proxy's check
	 * @param version the version of TLS
	 * @param commonName the common name in the client's certificate
	 * @param cipher the cipher
	 * @param signatureAlgorithm how the proxy's certificate was signed
	 * @param keyAlgorithm the kind of key of the proxy's certificate
	 * @param group the group of the key exchange
	 * @param signatureScheme the signature scheme of the handshake
	 * @param certificateSha256 the SHA-256 of the client's certificate, in hexadecimal
	 * digits
	 */
	@JsonInclude(Include.NON_NULL)
	public record Ssl(boolean client, boolean certificate, boolean certificateInSession, boolean verified,
			@Nullable String version, @Nullable String commonName, @Nullable String cipher,
			@Nullable String signatureAlgorithm, @Nullable String keyAlgorithm, @Nullable String group,
			@Nullable String signatureScheme, @Nullable String certificateSha256) {

	}

}
