package io.tcpecho.text;

import java.net.InetSocketAddress;

import org.jspecify.annotations.Nullable;

/**
 * Addresses as logs and endpoints show them, and as the configuration writes them.
 */
public final class SocketAddresses {

	private SocketAddresses() {
	}

	/**
	 * Return an address in the form {@code 192.0.2.1:50000} or
	 * {@code [2001:db8::1]:50000}, or {@code unknown} for null. It never looks up a name.
	 */
	public static String text(@Nullable InetSocketAddress address) {
		if (address == null) {
			return "unknown";
		}
		return hostAndPort(address.getAddress().getHostAddress(), address.getPort());
	}

	/**
	 * Return {@code HOST:PORT}, an IPv6 address in brackets.
	 * @param host a name, an IPv4 address, or an IPv6 address without brackets
	 */
	public static String hostAndPort(String host, int port) {
		return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
	}

	/**
	 * Return whether a configured address means all addresses of the machine, as null, a
	 * blank text, {@code 0.0.0.0} and {@code ::} do.
	 */
	public static boolean isWildcard(@Nullable String address) {
		return address == null || address.isBlank() || address.equals("0.0.0.0") || address.equals("::");
	}

}
