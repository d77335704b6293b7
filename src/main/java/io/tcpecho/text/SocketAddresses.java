package io.tcpecho.text;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Addresses as logs and endpoints show them, and as the configuration writes them.
 */
public final class SocketAddresses {

	private static final Pattern ADDRESS = Pattern.compile(
			"((25[0-5]|2[0-4]\\d|1?\\d?\\d)\\.){3}(25[0-5]|2[0-4]\\d|1?\\d?\\d)|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(%\\w+)?");

	private SocketAddresses() {
	}

	/**
	 * Return an address in the form {@code 192.0.2.1:50000} or
	 * {@code [2001:db8::1]:50000}, or {@code unknown} for null. A name that is not
	 * resolved is shown as it is, and none is looked up.
	 */
	public static String text(@Nullable InetSocketAddress address) {
		if (address == null) {
			return "unknown";
		}
		InetAddress host = address.getAddress();
		return hostAndPort((host != null) ? host.getHostAddress() : address.getHostString(), address.getPort());
	}

	/**
	 * Return {@code HOST:PORT}, an IPv6 address in brackets.
	 * @param host a name, an IPv4 address, or an IPv6 address without brackets
	 */
	public static String hostAndPort(String host, int port) {
		return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
	}

	/** Return whether a host is an address and no name, so that it needs no look-up. */
	public static boolean isAddress(String host) {
		return ADDRESS.matcher(host).matches();
	}

	/**
	 * Return the address of some bytes.
	 * @param bytes 4 of IPv4, or 16 of IPv6
	 */
	public static InetAddress ofBytes(byte[] bytes) {
		try {
			return InetAddress.getByAddress(bytes);
		}
		catch (UnknownHostException ex) {
			throw new IllegalArgumentException("An address has 4 or 16 bytes, not " + bytes.length, ex);
		}
	}

	/**
	 * Return whether a configured address means all addresses of the machine, as null, a
	 * blank text, {@code 0.0.0.0} and {@code ::} do.
	 */
	public static boolean isWildcard(@Nullable String address) {
		return address == null || address.isBlank() || address.equals("0.0.0.0") || address.equals("::");
	}

}
