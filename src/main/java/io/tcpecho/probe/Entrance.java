package io.tcpecho.probe;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;

import io.tcpecho.proxy.ProxyHeaderFormat;
import io.tcpecho.text.SocketAddresses;
import io.tcpecho.via.ViaProxy;
import org.jspecify.annotations.Nullable;

/**
 * How connections enter the path, in the order of the wire: proxies that they ask for a
 * way, a PROXY header, and TLS. Immutable.
 *
 * @param proxies those to go through, the nearest first; empty for none
 * @param header the PROXY header to send; null for none
 * @param splitHeader whether each byte of that header has a segment of its own
 * @param tls the TLS to speak; null for none
 * @param preamble what the server sends of its own before its reply
 */
public record Entrance(List<ViaProxy> proxies, @Nullable ProxyHeaderFormat header, boolean splitHeader,
		@Nullable ClientTls tls, Preamble preamble) {

	/** Connections go straight to the target, in plain text. */
	public static final Entrance DIRECT = new Entrance(List.of(), null, false, null, Preamble.NONE);

	/**
	 * Check the values against each other.
	 * @throws IllegalArgumentException naming the one that is wrong
	 */
	public Entrance {
		proxies = List.copyOf(proxies);
		if (splitHeader && header == null) {
			throw new IllegalArgumentException("proxy-split needs proxy v1, v2 or local");
		}
	}

	/** Return whether nothing comes between the connect and the message. */
	public boolean isDirect() {
		return this.proxies.isEmpty() && this.header == null && this.tls == null && this.preamble.isEmpty();
	}

	/**
	 * Return it in a few words, without any login; empty if nothing comes between the
	 * connect and the message.
	 */
	@Override
	public String toString() {
		StringJoiner text = new StringJoiner(", ");
		this.proxies.forEach((proxy) -> text.add("via " + proxy));
		if (this.header != null) {
			text.add("PROXY " + this.header.kind().label().toUpperCase(Locale.ROOT));
		}
		if (this.tls != null) {
			text.add("TLS");
		}
		if (this.preamble.greets()) {
			text.add("greeting");
		}
		if (this.preamble.identify()) {
			text.add("identity line");
		}
		return text.toString();
	}

	/** Return this way in without TLS. */
	public Entrance withoutTls() {
		return new Entrance(this.proxies, this.header, this.splitHeader, null, this.preamble);
	}

	/**
	 * Check that a target can be reached on this way in.
	 * @throws IllegalArgumentException if its name cannot be asked for
	 */
	public void check(Target target) {
		if (this.tls != null) {
			this.tls.check(target);
		}
		if (!this.proxies.isEmpty()) {
			ViaProxy last = this.proxies.get(this.proxies.size() - 1);
			last.check(target.host());
			// A header of version 2 without addresses is refused by HAProxy.
			if (this.header != null && this.header.needsDestination() && !last.resolvesHere()
					&& !SocketAddresses.isAddress(target.host())) {
				throw new IllegalArgumentException("proxy " + this.header + " needs proxy-destination, because via "
						+ last + " looks up the name " + target.host());
			}
		}
	}

	/**
	 * Look up the names that this side has to know.
	 * @param target where the path leads
	 * @param family which addresses of them may be used
	 * @param timeoutInNanos how long each look-up may take
	 * @throws UnknownHostException if one has no address, or no answer came in time
	 * @throws InterruptedException if this thread is interrupted
	 */
	public Way towards(Target target, AddressFamily family, long timeoutInNanos)
			throws UnknownHostException, InterruptedException {
		if (this.proxies.isEmpty()) {
			return new Way(this, target, lookUp(target.host(), family, timeoutInNanos), target.port(), List.of());
		}
		List<InetSocketAddress> stops = new ArrayList<>();
		for (int i = 0; i < this.proxies.size(); i++) {
			boolean last = i + 1 == this.proxies.size();
			Target next = last ? target : new Target(this.proxies.get(i + 1).host(), this.proxies.get(i + 1).port());
			stops.add(this.proxies.get(i).resolvesHere() || SocketAddresses.isAddress(next.host())
					? new InetSocketAddress(lookUp(next.host(), family, timeoutInNanos).get(0), next.port())
					: InetSocketAddress.createUnresolved(next.host(), next.port()));
		}
		ViaProxy first = this.proxies.get(0);
		return new Way(this, target, lookUp(first.host(), family, timeoutInNanos), first.port(), stops);
	}

	private static List<InetAddress> lookUp(String host, AddressFamily family, long timeoutInNanos)
			throws UnknownHostException, InterruptedException {
		return Resolver.system().lookUp(host, family, timeoutInNanos);
	}

}
