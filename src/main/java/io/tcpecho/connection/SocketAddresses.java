package io.tcpecho.connection;

import java.net.InetSocketAddress;

import org.jspecify.annotations.Nullable;

/**
 * Addresses as logs and endpoints show them.
 */
public final class SocketAddresses {

	private SocketAddresses() {
	}

	/**
	 * Return {@code 192.0.2.1:50000} or {@code [2001:db8::1]:50000}, never with a name
	 * looked up; {@code unknown} for null.
	 */
	public static String text(@Nullable InetSocketAddress address) {
		if (address == null) {
			return "unknown";
		}
		String host = address.getAddress().getHostAddress();
		return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
	}

}
