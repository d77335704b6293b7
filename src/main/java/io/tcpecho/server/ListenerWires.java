package io.tcpecho.server;

import java.util.ArrayList;
import java.util.List;

import io.tcpecho.connection.ListenerObserver;
import io.tcpecho.proxy.ProxyHeaderLayer;
import io.tcpecho.settings.ListenerSettings;
import io.tcpecho.settings.ProxyProtocolSettings;
import io.tcpecho.settings.TlsSettings;
import io.tcpecho.wire.Wire;

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
	 */
	static List<Wire.Layer> of(ListenerSettings settings, ListenerService service, ServerTls tls,
			ListenerObserver observer) {
		List<Wire.Layer> layers = new ArrayList<>();
		ProxyProtocolSettings proxy = settings.proxyProtocol();
		if (proxy != null) {
			layers.add(new ProxyHeaderLayer(proxy.from(), proxy.othersDirect(), proxy.maxHeaderSizeInBytes()));
		}
		TlsSettings secured = settings.tls();
		if (secured != null) {
			layers.add(tls.layer(secured, new HandshakeReporter(observer)));
		}
		layers.addAll(service.layers());
		return List.copyOf(layers);
	}

}
