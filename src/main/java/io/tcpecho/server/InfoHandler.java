package io.tcpecho.server;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

import javax.net.ssl.SSLSession;

import io.tcpecho.connection.ConnectionSnapshot;
import io.tcpecho.connection.OpenConnection;
import io.tcpecho.connection.ProxyDetails;
import io.tcpecho.connection.TlsDetails;
import io.tcpecho.gateway.ConnectionHeader;
import io.tcpecho.nio.KernelSocket;
import io.tcpecho.settings.Identity;
import io.tcpecho.text.SocketAddresses;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.integration.handler.AbstractReplyProducingMessageHandler;
import org.springframework.integration.ip.tcp.connection.TcpConnection;
import org.springframework.messaging.Message;
import org.springframework.messaging.support.GenericMessage;

/**
 * The service activator of {@code info}: answers each connection with one line of JSON.
 */
class InfoHandler extends AbstractReplyProducingMessageHandler {

	private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");

	private final JsonMapper json = JsonMapper.shared();

	private final Identity identity;

	private final String pod;

	private final String version;

	/**
	 * Create a handler.
	 * @param version the version of tcp-echo, empty if unknown
	 */
	InfoHandler(Identity identity, String version) {
		this.identity = identity;
		this.pod = identity.pod().isEmpty() ? hostName() : identity.pod();
		this.version = version;
		setRequiresReply(true);
	}

	private static String hostName() {
		try {
			return Files.readString(HOST_NAME).strip();
		}
		catch (IOException ex) {
			return "";
		}
	}

	@Override
	protected Message<byte[]> handleRequestMessage(Message<?> requestMessage) {
		OpenConnection connection = requestMessage.getHeaders().get(ConnectionHeader.CONNECTION, OpenConnection.class);
		if (connection == null) {
			throw new IllegalStateException("The message names no connection");
		}
		SSLSession session = (connection instanceof TcpConnection tcp) ? tcp.getSslSession() : null;
		String line = this.json.writeValueAsString(line(connection.snapshot(), session)) + "\n";
		return new GenericMessage<>(line.getBytes(StandardCharsets.UTF_8), NoHeaders.INSTANCE);
	}

	private InfoLine line(ConnectionSnapshot connection, @Nullable SSLSession session) {
		TlsDetails tls = connection.details().tls();
		ProxyDetails proxy = connection.details().proxy();
		return new InfoLine(this.pod, this.identity.namespace(), this.identity.service(), this.identity.ingress(),
				this.identity.node(), this.identity.zone(), this.version, connection.listener(), connection.id(),
				Instant.now().truncatedTo(ChronoUnit.MILLIS), SocketAddresses.text(connection.peer()),
				SocketAddresses.text(connection.local()), connection.details().client(), proxy, tls != null,
				(tls != null) ? TlsInfo.of(tls, session) : null,
				(proxy != null) ? new InfoLine.Timing(proxy.headerMicros()) : null,
				tcp(connection.local(), connection.peer()));
	}

	private static InfoLine.@Nullable Tcp tcp(@Nullable InetSocketAddress local, InetSocketAddress peer) {
		KernelSocket socket = (local != null) ? KernelSocket.findAccepted(local, peer) : null;
		return (socket != null) ? new InfoLine.Tcp(socket.unacknowledged(), socket.retransmissions()) : null;
	}

	@Override
	protected boolean shouldCopyRequestHeaders() {
		return false;
	}

}
