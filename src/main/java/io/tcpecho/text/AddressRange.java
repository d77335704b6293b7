package io.tcpecho.text;

import java.net.InetAddress;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * A range of addresses in the notation of CIDR, such as {@code 10.0.0.0/8} or
 * {@code 2001:db8::/32}. A single address is a range, too. No name is looked up.
 */
public final class AddressRange {

	private final byte[] network;

	private final int prefix;

	private final String text;

	private AddressRange(byte[] network, int prefix, String text) {
		this.network = network;
		this.prefix = prefix;
		this.text = text;
	}

	/**
	 * Return the range of a text.
	 * @throws IllegalArgumentException if the text is no range; the message names it and
	 * says what is wrong
	 */
	public static AddressRange parse(String text) {
		int slash = text.indexOf('/');
		byte[] address = address((slash < 0) ? text : text.substring(0, slash));
		if (address == null) {
			throw new IllegalArgumentException(
					"'" + text + "' does not begin with an IPv4 or IPv6 address, such as 10.0.0.0/8 or 2001:db8::/32");
		}
		int bits = 8 * address.length;
		int prefix = (slash < 0) ? bits : prefix(text.substring(slash + 1));
		if (prefix < 0 || prefix > bits) {
			throw new IllegalArgumentException("'" + text + "' must have a number from 0 to " + bits + " after '/'");
		}
		byte[] network = first(address, prefix);
		if (!Arrays.equals(network, address)) {
			throw new IllegalArgumentException("'" + text + "' has bits behind its first " + prefix + "; the range is "
					+ SocketAddresses.ofBytes(network).getHostAddress() + "/" + prefix);
		}
		return new AddressRange(network, prefix, text);
	}

	/** Return the bytes of an address, null if the text is none. */
	private static byte @Nullable [] address(String text) {
		if (text.indexOf(':') < 0) {
			Ipv4Text ipv4 = new Ipv4Text();
			return text.chars().allMatch(ipv4::accept) && ipv4.isComplete() ? ipv4.bytes() : null;
		}
		Ipv6Text ipv6 = new Ipv6Text();
		return text.chars().allMatch(ipv6::accept) && ipv6.isComplete() ? ipv6.bytes() : null;
	}

	private static int prefix(String digits) {
		return digits.matches("0|[1-9][0-9]{0,2}") ? Integer.parseInt(digits) : -1;
	}

	private static byte[] first(byte[] address, int bits) {
		byte[] first = new byte[address.length];
		for (int i = 0; i < address.length; i++) {
			int kept = Math.max(0, Math.min(8, bits - 8 * i));
			first[i] = (byte) (address[i] & (0xFF00 >> kept));
		}
		return first;
	}

	/** Return whether an address is in the range. */
	public boolean contains(InetAddress address) {
		byte[] bytes = address.getAddress();
		return bytes.length == this.network.length && Arrays.equals(first(bytes, this.prefix), this.network);
	}

	/** Return whether every address of this range is in another one, too. */
	public boolean isWithin(AddressRange other) {
		return this.prefix >= other.prefix && other.contains(SocketAddresses.ofBytes(this.network));
	}

	/** Return the range as it was written. */
	@Override
	public String toString() {
		return this.text;
	}

}
