package io.tcpecho.connection;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * What the kernel of Linux says about one TCP socket, in {@code /proc/net/tcp} or
 * {@code /proc/net/tcp6}. Immutable.
 *
 * <p>
 * To find a socket takes as long as the kernel needs to write the lines before it, some
 * microseconds each: it is asked only about an exchange that has failed or is about to.
 *
 * @param state the number of its state, such as {@link #TIME_WAIT}
 * @param unacknowledged bytes that were written to it and not acknowledged by the peer; a
 * FIN counts as one
 * @param retransmissions how often in a row its oldest unacknowledged bytes were sent
 * again
 */
public record KernelSocket(int state, long unacknowledged, long retransmissions) {

	/** Both sides have sent FIN, and this one was the first. */
	public static final int TIME_WAIT = 6;

	private static final Path IPV4 = Path.of("/proc/net/tcp");

	private static final Path IPV6 = Path.of("/proc/net/tcp6");

	/**
	 * Number of the line, own address, the peer's, state, bytes to send and to read, a
	 * timer, retransmissions.
	 */
	private static final Pattern LINE = Pattern
		.compile(" *\\d+: ([0-9A-F]+:[0-9A-F]{4} [0-9A-F]+:[0-9A-F]{4}) ([0-9A-F]{2})"
				+ " ([0-9A-F]{8}):[0-9A-F]{8} [0-9A-F]{2}:[0-9A-F]+ ([0-9A-F]{8})(?: .*)?");

	private static final int HEXADECIMAL = 16;

	private static final int IPV6_SIZE_IN_BYTES = 16;

	/** Where the bytes of an IPv4 address are in an IPv6 one. */
	private static final int IPV4_AT = 12;

	/**
	 * Return what the kernel says about a socket, or null if it says nothing: it has no
	 * such socket any more, or the system has no such file.
	 * @param local the address of this side
	 * @param peer the address of the other side
	 */
	public static @Nullable KernelSocket find(InetSocketAddress local, InetSocketAddress peer) {
		return find((local.getAddress() instanceof Inet6Address) ? IPV6 : IPV4, local, peer);
	}

	/**
	 * Return the same about a socket that a listener has accepted. If that listens at all
	 * addresses, the kernel has IPv4 addresses in its table for IPv6.
	 */
	public static @Nullable KernelSocket findAccepted(InetSocketAddress local, InetSocketAddress peer) {
		KernelSocket socket = find(local, peer);
		return (socket != null || local.getAddress() instanceof Inet6Address) ? socket
				: find(IPV6, mapped(local) + " " + mapped(peer));
	}

	static @Nullable KernelSocket find(Path table, InetSocketAddress local, InetSocketAddress peer) {
		return find(table, hexadecimal(local) + " " + hexadecimal(peer));
	}

	private static @Nullable KernelSocket find(Path table, String addresses) {
		try (BufferedReader lines = Files.newBufferedReader(table, StandardCharsets.ISO_8859_1)) {
			String line;
			while ((line = lines.readLine()) != null) {
				if (line.contains(addresses)) {
					return parse(line, addresses);
				}
			}
		}
		catch (IOException ex) {
			// The system has no such table, or this process may not read it.
		}
		return null;
	}

	private static @Nullable KernelSocket parse(String line, String addresses) {
		Matcher matcher = LINE.matcher(line);
		if (!matcher.matches() || !matcher.group(1).equals(addresses)) {
			return null;
		}
		return new KernelSocket(Integer.parseInt(matcher.group(2), HEXADECIMAL),
				Long.parseLong(matcher.group(3), HEXADECIMAL), Long.parseLong(matcher.group(4), HEXADECIMAL));
	}

	/** Return an address as the kernel writes it: in words of this machine's order. */
	private static String hexadecimal(InetSocketAddress address) {
		return hexadecimal(address.getAddress().getAddress()) + port(address);
	}

	/** Return an IPv4 address in the form that the table for IPv6 has. */
	private static String mapped(InetSocketAddress address) {
		byte[] bytes = ByteBuffer.allocate(IPV6_SIZE_IN_BYTES)
			.putShort(IPV4_AT - 2, (short) 0xFFFF)
			.put(IPV4_AT, address.getAddress().getAddress())
			.array();
		return hexadecimal(bytes) + port(address);
	}

	private static String port(InetSocketAddress address) {
		return String.format(Locale.ROOT, ":%04X", address.getPort());
	}

	private static String hexadecimal(byte[] address) {
		ByteBuffer words = ByteBuffer.wrap(address).order(ByteOrder.nativeOrder());
		StringBuilder text = new StringBuilder();
		while (words.hasRemaining()) {
			text.append(String.format(Locale.ROOT, "%08X", words.getInt()));
		}
		return text.toString();
	}

}
