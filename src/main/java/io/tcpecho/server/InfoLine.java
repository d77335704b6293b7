package io.tcpecho.server;

import java.time.Instant;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.tcpecho.connection.KernelSocket;
import io.tcpecho.connection.ProxyDetails;
import io.tcpecho.connection.TcpInfo;
import io.tcpecho.connection.TlsDetails;
import org.jspecify.annotations.Nullable;

/**
 * The answer of service {@code info}, as JSON shows it: the replica, and the connection
 * as it looks from here. What is not known is absent. The names of the replica and of TLS
 * are those of the server {@code echo-basic} of the Gateway API's conformance tests.
 *
 * @param pod the name of the pod or the host
 * @param namespace the pod's namespace
 * @param service the service that leads to the pod
 * @param ingress the ingress or gateway before it
 * @param node the node that the pod runs on
 * @param zone the node's zone
 * @param version the version of tcp-echo
 * @param listener the listener that accepted the connection
 * @param connection the id of the connection
 * @param time the time of the answer
 * @param peer the address at the other end of the socket
 * @param local the address of this end
 * @param client the client for which a proxy speaks
 * @param proxy what the PROXY header said
 * @param encrypted whether the connection uses TLS
 * @param tls what the handshake of TLS has agreed on
 * @param timing how long the beginning of the connection took
 * @param tcp what the kernel says about the socket
 */
@JsonInclude(Include.NON_NULL)
record InfoLine(String pod, String namespace, String service, String ingress, String node, String zone, String version,
		String listener, String connection, Instant time, String peer, String local, @Nullable String client,
		@Nullable ProxyDetails proxy, @JsonProperty("isTLS") boolean encrypted, @Nullable TlsInfo tls,
		@Nullable Timing timing, @Nullable Tcp tcp) {

	/**
	 * How long the beginning of a connection took.
	 *
	 * @param proxyHeaderMicros from the accept to the last byte of the PROXY header, in
	 * microseconds
	 * @param tlsMicros from the first byte of the TLS handshake to its end, in
	 * microseconds
	 */
	@JsonInclude(Include.NON_NULL)
	record Timing(@Nullable Long proxyHeaderMicros, @Nullable Long tlsMicros) {

		/** Return what is known, null if that is nothing. */
		static @Nullable Timing of(@Nullable ProxyDetails proxy, @Nullable TlsDetails tls) {
			return (proxy != null || tls != null) ? new Timing((proxy != null) ? proxy.headerMicros() : null,
					(tls != null) ? tls.handshakeMicros() : null) : null;
		}

	}

	/**
	 * What the kernel says about a socket. What it does not say is absent.
	 *
	 * @param unacknowledgedBytes the bytes that the peer has not acknowledged
	 * @param retransmits how often in a row the oldest of them were sent again
	 * @param path what is known of the path
	 */
	@JsonInclude(Include.NON_NULL)
	record Tcp(@Nullable Long unacknowledgedBytes, @Nullable Long retransmits, @JsonUnwrapped @Nullable TcpInfo path) {

		/** Return what is known, null if that is nothing. */
		static @Nullable Tcp of(@Nullable KernelSocket socket, @Nullable TcpInfo path) {
			if (socket == null) {
				return (path != null) ? new Tcp(null, null, path) : null;
			}
			return new Tcp(socket.unacknowledged(), socket.retransmissions(), path);
		}

	}

}
