package io.tcpecho.server;

import io.tcpecho.connection.ConnectionDetails;
import io.tcpecho.connection.ConnectionSummary;
import io.tcpecho.connection.ListenerObserver;
import io.tcpecho.connection.ProxyDetails;
import io.tcpecho.connection.TlsDetails;
import io.tcpecho.text.Printable;
import io.tcpecho.text.SocketAddresses;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Writes a line for each connection that has ended to the logger {@value #NAME}, at info:
 * addresses, sizes and the outcome, never a byte of a payload, so that no client can
 * forge a line. With structured logging these values are fields of a JSON object.
 */
class AccessLog implements ListenerObserver {

	static final String NAME = "tcpecho.access";

	private static final Logger logger = LoggerFactory.getLogger(NAME);

	@Override
	public void closed(ConnectionSummary connection) {
		if (!logger.isInfoEnabled()) {
			return;
		}
		String peer = SocketAddresses.text(connection.peer());
		String end = connection.fin() ? "FIN" : "RST";
		LoggingEventBuilder event = logger.atInfo()
			.addKeyValue("id", connection.id())
			.addKeyValue("listener", connection.listener())
			.addKeyValue("peer", peer)
			.addKeyValue("bytesIn", connection.bytesIn())
			.addKeyValue("bytesOut", connection.bytesOut())
			.addKeyValue("messages", connection.messages())
			.addKeyValue("durationMillis", connection.age().toMillis())
			.addKeyValue("outcome", connection.outcome().toString())
			.addKeyValue("end", end);
		String proxied = addProxy(event, connection.details());
		String secured = addTls(event, connection.details().tls());
		event.log("{} from {}{}{}: {} ({}), in {} bytes, out {} bytes, messages {}, {} ms", connection.id(), peer,
				proxied, secured, connection.outcome(), end, connection.bytesIn(), connection.bytesOut(),
				connection.messages(), connection.age().toMillis());
	}

	/**
	 * Add the session of TLS. The names in it are the client's choice, so the line has
	 * none of them, and the fields have them escaped.
	 * @return the words for it in the line
	 */
	private static String addTls(LoggingEventBuilder event, @Nullable TlsDetails tls) {
		if (tls == null) {
			return "";
		}
		event.addKeyValue("tlsProtocol", tls.protocol())
			.addKeyValue("tlsCipher", tls.cipher())
			.addKeyValue("tlsResumed", tls.resumed());
		if (tls.sni() != null) {
			event.addKeyValue("tlsSni", Printable.of(tls.sni()));
		}
		if (tls.alpn() != null) {
			event.addKeyValue("tlsAlpn", Printable.of(tls.alpn()));
		}
		TlsDetails.Client client = tls.client();
		if (client != null) {
			event.addKeyValue("tlsClientSubject", Printable.of(client.subject()))
				.addKeyValue("tlsClientSan", Printable.of(String.join(",", client.san())));
		}
		return " (" + tls.protocol() + ")";
	}

	/**
	 * Add the PROXY header, without the texts in it, which the client may have chosen.
	 * @return the words for it in the line
	 */
	private static String addProxy(LoggingEventBuilder event, ConnectionDetails details) {
		ProxyDetails proxy = details.proxy();
		String client = details.client();
		if (proxy != null) {
			event.addKeyValue("proxyVersion", proxy.version()).addKeyValue("proxyCommand", proxy.command());
		}
		if (client != null) {
			event.addKeyValue("client", client);
			return " for " + client;
		}
		if (details.proxyRefusal() != null) {
			event.addKeyValue("proxyRefusal", details.proxyRefusal().toString());
			return " (PROXY header " + details.proxyRefusal() + ")";
		}
		return "";
	}

}
