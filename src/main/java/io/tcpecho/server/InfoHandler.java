package io.tcpecho.server;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

import javax.net.ssl.SSLSession;

import io.tcpecho.connection.ConnectionSnapshot;
import io.tcpecho.connection.OpenConnection;
import io.tcpecho.connection.ProxyDetails;
import io.tcpecho.connection.TcpInfo;
import io.tcpecho.connection.TlsDetails;
import io.tcpecho.gateway.ConnectionHeader;
import io.tcpecho.settings.Identity;
import io.tcpecho.text.SocketAddresses;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.integration.ip.tcp.connection.TcpConnection;
import org.springframework.messaging.Message;

/**
 * The service activator of {@code info}: answers each connection with one line of JSON.
 */
class InfoHandler extends ReplyingHandler {

	/** Made for the line, so that it is examined at the start and not in an answer. */
	private final ObjectWriter json = JsonMapper.shared().writerFor(InfoLine.class);

	private final Identity identity;

	private final IdentityLine replica;

	private final SocketTable sockets;

	/**
	 * Create a handler.
	 * @param identity the names that are configured
	 * @param replica the pod and the version, which are known in any case
	 * @param sockets what the kernel says about connections
	 */
	InfoHandler(Identity identity, IdentityLine replica, SocketTable sockets) {
		this.identity = identity;
		this.replica = replica;
		this.sockets = sockets;
		TcpInfo.prepare();
	}

	/** Return a name, empty if it is unknown, as clients of echo-basic expect it. */
	private static String text(@Nullable String name) {
		return (name != null) ? name : "";
	}

	@Override
	byte[] reply(Message<?> request) {
		OpenConnection connection = request.getHeaders().get(ConnectionHeader.CONNECTION, OpenConnection.class);
		if (connection == null) {
			throw new IllegalStateException("The message names no connection");
		}
		SSLSession session = (connection instanceof TcpConnection tcp) ? tcp.getSslSession() : null;
		String line = this.json.writeValueAsString(line(connection.snapshot(), session, connection.tcpInfo())) + "\n";
		return line.getBytes(StandardCharsets.UTF_8);
	}

	private InfoLine line(ConnectionSnapshot connection, @Nullable SSLSession session, @Nullable TcpInfo info) {
		TlsDetails tls = connection.details().tls();
		ProxyDetails proxy = connection.details().proxy();
		return new InfoLine(this.replica.pod(), text(this.identity.namespace()), text(this.identity.service()),
				text(this.identity.ingress()), text(this.identity.node()), text(this.identity.zone()),
				this.replica.version(), connection.listener(), connection.id(),
				Instant.now().truncatedTo(ChronoUnit.MILLIS), SocketAddresses.text(connection.peer()),
				SocketAddresses.text(connection.local()), connection.details().client(), proxy, tls != null,
				(tls != null) ? TlsInfo.of(tls, session) : null, InfoLine.Timing.of(proxy, tls),
				tcp(info, connection.local(), connection.peer()));
	}

	private InfoLine.@Nullable Tcp tcp(@Nullable TcpInfo info, @Nullable InetSocketAddress local,
			InetSocketAddress peer) {
		return InfoLine.Tcp.of((local != null) ? this.sockets.find(local, peer) : null, info);
	}

}
