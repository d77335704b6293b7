package io.tcpecho.server;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.tcpecho.fault.ListenerFaults;
import io.tcpecho.proxy.ProxyHeaderFormat;
import io.tcpecho.settings.ListenerSettings;
import io.tcpecho.settings.ProxyProtocolSettings;
import io.tcpecho.settings.TcpEchoProperties.Service;
import io.tcpecho.settings.TlsProperties;
import io.tcpecho.settings.TlsSettings;
import io.tcpecho.text.Labels;
import io.tcpecho.wire.PrefixWire;
import io.tcpecho.wire.Wire;

/**
 * How a client in the server's own process gets an echo of a listener.
 *
 * @param address where it connects to: loopback, if the listener is bound to all
 * addresses
 * @param layers what it needs before its message, the innermost first: a PROXY header
 * with the command LOCAL, and TLS that trusts the listener's own certificate only
 */
public record OwnEntrance(InetSocketAddress address, List<Wire.Layer> layers) {

	private static final ProxyHeaderFormat LOCAL = new ProxyHeaderFormat(ProxyHeaderFormat.Kind.LOCAL, null, null,
			List.of());

	/**
	 * Return the entrance of a listener.
	 * @throws IllegalStateException if it has no port at the moment
	 */
	public static OwnEntrance of(EchoListener listener, ServerTls tls) {
		ListenerSettings settings = listener.getSettings();
		InetSocketAddress address = address(listener)
			.orElseThrow(() -> new IllegalStateException("Listener " + listener.getName() + " has no port"));
		List<Wire.Layer> layers = new ArrayList<>();
		ProxyProtocolSettings proxy = settings.proxyProtocol();
		if (proxy != null && isProxy(proxy, address.getAddress())) {
			layers.add(PrefixWire.of(() -> LOCAL.bytes(null, null)));
		}
		TlsSettings secured = settings.tls();
		if (secured != null) {
			layers.add(tls.clientLayer(secured, address.getPort()));
		}
		return new OwnEntrance(address, List.copyOf(layers));
	}

	/**
	 * Return why a listener does not just echo what a client of its own process sends:
	 * the key and its value, or the faults that are set; empty if it does.
	 */
	public static Optional<String> obstacle(EchoListener listener) {
		ListenerSettings settings = listener.getSettings();
		if (settings.service() != Service.ECHO) {
			return Optional.of("service is " + Labels.of(settings.service()));
		}
		if (!settings.greeting().isEmpty()) {
			return Optional.of("greeting is set");
		}
		if (settings.identify()) {
			return Optional.of("identify is true");
		}
		TlsSettings secured = settings.tls();
		if (secured != null && secured.clientAuth() == TlsProperties.ClientAuth.NEED) {
			return Optional.of("tls.client-auth is need");
		}
		if (listener.getFaults().flatMap(ListenerFaults::inForce).isPresent()) {
			return Optional.of("faults are set");
		}
		ProxyProtocolSettings proxy = settings.proxyProtocol();
		return (proxy != null && !proxy.othersDirect()) ? address(listener).map(InetSocketAddress::getAddress)
			.filter((source) -> !isProxy(proxy, source))
			.map((source) -> "proxy-protocol.from does not have " + source.getHostAddress()) : Optional.empty();
	}

	/** Return whether the listener expects a header from a client of this machine. */
	private static boolean isProxy(ProxyProtocolSettings settings, InetAddress address) {
		// A connection to an address of this machine comes from the same address.
		return ListenerWires.proxyHeader(settings).isProxy(address);
	}

	private static Optional<InetSocketAddress> address(EchoListener listener) {
		return Optional.ofNullable(listener.connectionFactory().getServerSocketAddress())
			.filter(InetSocketAddress.class::isInstance)
			.map(InetSocketAddress.class::cast)
			.map((bound) -> bound.getAddress().isAnyLocalAddress()
					? new InetSocketAddress(InetAddress.getLoopbackAddress(), bound.getPort()) : bound);
	}

}
