package io.tcpecho.probe;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.tcpecho.text.Printable;
import io.tcpecho.text.SocketAddresses;

/**
 * Where an exchange goes, not resolved yet.
 *
 * @param host a name, an IPv4 address, or an IPv6 address without brackets
 * @param port the TCP port, 1 to 65,535
 */
public record Target(String host, int port) {

	private static final Pattern HOST_AND_PORT = Pattern
		.compile("(?:\\[([0-9A-Fa-f:.%\\w]+)]|([^:\\[\\]\\s/]+)):(\\d{1,9})");

	/**
	 * Read {@code HOST:PORT}, an IPv6 address in brackets.
	 * @throws IllegalArgumentException naming what is wrong
	 */
	public static Target parse(String text) {
		Matcher matcher = HOST_AND_PORT.matcher(text);
		if (!matcher.matches() || text.codePoints().anyMatch(Printable::isUnsafe)) {
			throw new IllegalArgumentException("'" + text + "' is not HOST:PORT, such as localhost:7007 or [::1]:7007");
		}
		int port = Integer.parseInt(matcher.group(3));
		if (port < 1 || port > 65535) {
			throw new IllegalArgumentException("port " + port + " of '" + text + "' is not between 1 and 65535");
		}
		return new Target((matcher.group(1) != null) ? matcher.group(1) : matcher.group(2), port);
	}

	/** Return it as it is written on the command line. */
	@Override
	public String toString() {
		return SocketAddresses.hostAndPort(this.host, this.port);
	}

}
