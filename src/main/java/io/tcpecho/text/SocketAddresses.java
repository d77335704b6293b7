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
	 * Return {@code 192.0.2.1:50000} or {@code [2001:db8::1]:50000}, never with a name
	 * looked up; {@code unknown} for null.
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
	 * Return whether a configured address means all addresses of the machine: if it is
	 * null or blank, {@code 0.0.0.0} or {@code ::}.
	 */
	public static boolean isWildcard(@Nullable String address) {
		return address == null || address.isBlank() || address.equals("0.0.0.0") || address.equals("::");
	}

}
