package io.tcpecho.server;

import java.util.ArrayList;
import java.util.List;

import io.tcpecho.connection.ListenerObserver;
import io.tcpecho.fault.ListenerFaults;
import io.tcpecho.proxy.ProxyHeaderLayer;
import io.tcpecho.settings.ListenerSettings;
import io.tcpecho.settings.ProxyProtocolSettings;
import io.tcpecho.settings.TlsSettings;
import io.tcpecho.text.Escapes;
import io.tcpecho.wire.PrefixWire;
import io.tcpecho.wire.ReplyPrefixWire;
import io.tcpecho.wire.Wire;
import org.jspecify.annotations.Nullable;

/**
 * The layers between the sockets and the connections of a listener, from its settings.
 * Their order is decided here and nowhere else.
 */
final class ListenerWires {

	private ListenerWires() {
	}

	/**
	 * Return the layers of a listener, the innermost first: what a proxy says before the
	 * client's bytes, encryption, what the server says before its reply, what its service
	 * adds, and on top what an operator has asked to go wrong.
	 * @param faults those of the listener; null if none can be set
	 */
	static List<Wire.Layer> of(ListenerSettings settings, ListenerService service, ServerTls tls,
			ListenerObserver observer, IdentityLine identity, @Nullable ListenerFaults faults) {
		List<Wire.Layer> layers = new ArrayList<>();
		ProxyProtocolSettings proxy = settings.proxyProtocol();
		if (proxy != null) {
			layers.add(proxyHeader(proxy));
		}
		TlsSettings secured = settings.tls();
		if (secured != null) {
			layers.add(tls.layer(secured, new HandshakeReporter(observer)));
		}
		byte[] greeting = Escapes.bytes(settings.greeting());
		if (greeting.length > 0) {
			layers.add(PrefixWire.of(() -> greeting));
		}
		if (settings.identify()) {
			layers.add(ReplyPrefixWire.of(identity.bytes(settings.framing())));
		}
		layers.addAll(service.layers());
		if (faults != null) {
			layers.add(faults);
		}
		return List.copyOf(layers);
	}

	/** Return the layer that takes the PROXY header. */
	static ProxyHeaderLayer proxyHeader(ProxyProtocolSettings settings) {
		return new ProxyHeaderLayer(settings.from(), settings.othersDirect(), settings.maxHeaderSizeInBytes());
	}

}
