package io.tcpecho.probe;

import java.net.Inet4Address;
import java.net.InetAddress;

/**
 * Which of the addresses of a name may be used.
 */
public enum AddressFamily {

	/** All of them, in the order of the system. */
	ANY("address"),

	/** Those of IPv4. */
	IPV4("IPv4 address"),

	/** Those of IPv6. */
	IPV6("IPv6 address");

	private final String title;

	AddressFamily(String title) {
		this.title = title;
	}

	/** Return the family of an address. */
	public static AddressFamily of(InetAddress address) {
		return (address instanceof Inet4Address) ? IPV4 : IPV6;
	}

	/** Return whether an address is of this family. */
	public boolean contains(InetAddress address) {
		return this == ANY || this == of(address);
	}

	/** Return what to call an address of it. */
	@Override
	public String toString() {
		return this.title;
	}

}
