package io.tcpecho.probe;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * An {@link Entrance} whose names are looked up: where to connect, and what each proxy is
 * asked for. Immutable.
 *
 * @param entrance what was looked up
 * @param addresses of the host to connect to: the first proxy, or the target
 * @param port the port to connect to
 * @param stops what each proxy is asked to connect to; unresolved where it looks the name
 * up
 */
public record Way(Entrance entrance, List<InetAddress> addresses, int port, List<InetSocketAddress> stops) {

	/** Copy the lists. */
	public Way {
		addresses = List.copyOf(addresses);
		stops = List.copyOf(stops);
	}

	/** Return the addresses to connect to, in their order. */
	public List<InetSocketAddress> peers() {
		return this.addresses.stream().map((address) -> new InetSocketAddress(address, this.port)).toList();
	}

	/** Return whether nothing comes between the connect and the message. */
	public boolean isDirect() {
		return this.entrance.isDirect();
	}

	/**
	 * Return where the whole way leads.
	 * @param peer the address that was connected to
	 */
	InetSocketAddress end(InetSocketAddress peer) {
		return this.stops.isEmpty() ? peer : this.stops.get(this.stops.size() - 1);
	}

}
