package io.tcpecho.server;

import java.net.Inet4Address;
import java.net.InetSocketAddress;

import io.tcpecho.settings.ListenerSettings;
import io.tcpecho.settings.TcpEchoProperties.Service;
import io.tcpecho.settings.TcpEchoProperties.Timeouts;
import io.tcpecho.settings.TlsSettings;
import io.tcpecho.text.Labels;
import org.jspecify.annotations.Nullable;

/**
 * Describes a listener in the line that the log shows once it listens: its address, its
 * port and the limits in force.
 */
final class ListenerDescription {

	/** The address of a listener on all addresses where the Java runtime has no IPv6. */
	static final String ALL_IPV4 = "all IPv4 addresses";

	private ListenerDescription() {
	}

	/**
	 * Return the description.
	 * @param settings the settings in force
	 * @param bound the address and port that are bound
	 */
	static String of(ListenerSettings settings, InetSocketAddress bound) {
		Timeouts timeouts = settings.timeouts();
		return "Listener " + settings.name() + " on " + address(bound) + " port " + bound.getPort() + ", "
				+ messages(settings) + ((settings.proxyProtocol() != null) ? ", PROXY header required" : "") + ", "
				+ settings.maxConnections() + " connections"
				+ ((settings.maxConnectionsPerAddress() > 0)
						? " (" + settings.maxConnectionsPerAddress() + " an address)" : "")
				+ ", timeouts idle " + Labels.of(timeouts.idle()) + ", message " + Labels.of(timeouts.message())
				+ ", service " + Labels.of(timeouts.service()) + ", write " + Labels.of(timeouts.write())
				+ tls(settings.tls()) + ", event loops " + settings.eventLoops() + ", executor "
				+ Labels.of(settings.executor());
	}

	private static String tls(@Nullable TlsSettings tls) {
		return (tls == null) ? "" : ", TLS bundle " + tls.bundle() + " (" + String.join(", ", tls.protocols())
				+ ", client-auth " + Labels.of(tls.clientAuth()) + ")";
	}

	private static String address(InetSocketAddress bound) {
		if (isAllIpv4(bound)) {
			return ALL_IPV4;
		}
		return bound.getAddress().isAnyLocalAddress() ? "all addresses" : bound.getAddress().getHostAddress();
	}

	/**
	 * Return whether a socket that is bound to all addresses is bound to those of IPv4
	 * only, because the Java runtime has no IPv6.
	 */
	static boolean isAllIpv4(InetSocketAddress bound) {
		return bound.getAddress().isAnyLocalAddress() && bound.getAddress() instanceof Inet4Address;
	}

	private static String messages(ListenerSettings settings) {
		return (settings.service() == Service.ECHO)
				? "framing " + Labels.of(settings.framing()) + ": " + messagesOfFraming(settings)
				: "service " + Labels.of(settings.service());
	}

	private static String messagesOfFraming(ListenerSettings settings) {
		int size = settings.maxMessageSizeInBytes();
		return switch (settings.framing()) {
			case FIXED -> "messages of " + size + " bytes";
			case STREAM -> "bytes as they come";
			default -> "messages up to " + size + " bytes (on oversize " + Labels.of(settings.onOversize()) + ")";
		};
	}

}
