package io.tcpecho.proxy;

import java.net.InetAddress;
import java.util.List;

import io.tcpecho.text.AddressRange;
import io.tcpecho.wire.Wire;

/**
 * The layer that takes the PROXY header which each connection of a listener begins with.
 */
public final class ProxyHeaderLayer implements Wire.Layer {

	private final List<AddressRange> proxies;

	private final boolean othersDirect;

	private final int maxSizeInBytes;

	/**
	 * Create a layer.
	 * @param proxies the addresses that send the header and are believed; empty for all
	 * @param othersDirect whether other addresses may connect without a header; otherwise
	 * they are reset
	 * @param maxSizeInBytes the most bytes that a header may have
	 */
	public ProxyHeaderLayer(List<AddressRange> proxies, boolean othersDirect, int maxSizeInBytes) {
		this.proxies = List.copyOf(proxies);
		this.othersDirect = othersDirect;
		this.maxSizeInBytes = maxSizeInBytes;
	}

	@Override
	public Wire on(Wire below, Wire.Host host) {
		ProxyHeaderWire.Sender sender = isProxy(host.remote().getAddress()) ? ProxyHeaderWire.Sender.PROXY
				: this.othersDirect ? ProxyHeaderWire.Sender.CLIENT : ProxyHeaderWire.Sender.UNTRUSTED;
		return new ProxyHeaderWire(below, host, sender, this.maxSizeInBytes);
	}

	/** Return whether connections from an address have to begin with the header. */
	public boolean isProxy(InetAddress address) {
		return this.proxies.isEmpty() || this.proxies.stream().anyMatch((range) -> range.contains(address));
	}

	@Override
	public boolean namesPeer() {
		return true;
	}

}
