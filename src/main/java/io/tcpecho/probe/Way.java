package io.tcpecho.probe;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * An {@link Entrance} whose names are looked up: where to connect, and what each proxy is
 * asked for. Immutable.
 *
 * @param entrance what was looked up
 * @param target where the way leads
 * @param addresses of the host to connect to: the first proxy, or the target
 * @param port the port to connect to
 * @param stops what each proxy is asked to connect to; unresolved where it looks the name
 * up
 */
public record Way(Entrance entrance, Target target, List<InetAddress> addresses, int port,
		List<InetSocketAddress> stops) {

	/** Copy the lists. */
	public Way {
		addresses = List.copyOf(addresses);
		stops = List.copyOf(stops);
	}

	/** Return this way to another port of the same host. */
	public Way toPort(int other) {
		Target there = new Target(this.target.host(), other);
		if (this.stops.isEmpty()) {
			return new Way(this.entrance, there, this.addresses, other, this.stops);
		}
		List<InetSocketAddress> all = new ArrayList<>(this.stops);
		InetSocketAddress last = all.remove(all.size() - 1);
		all.add((last.getAddress() != null) ? new InetSocketAddress(last.getAddress(), other)
				: InetSocketAddress.createUnresolved(last.getHostString(), other));
		return new Way(this.entrance, there, this.addresses, this.port, all);
	}

	/** Return this way with another entrance through the same proxies. */
	public Way by(Entrance other) {
		return new Way(other, this.target, this.addresses, this.port, this.stops);
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
