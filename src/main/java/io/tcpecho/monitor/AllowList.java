package io.tcpecho.monitor;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.tcpecho.text.AddressRange;
import io.tcpecho.text.SocketAddresses;

/**
 * The addresses and names that a request may have probed. Immutable.
 *
 * <p>
 * What is checked is the address that is connected to, after the look-up: a name can
 * stand for any address, and another one each time (DNS rebinding). A request must not
 * reach services that trust this machine or its link, so their addresses need a range of
 * the list that lies within theirs; neither a name nor a range such as 0.0.0.0/0 allows
 * them. An IPv6 address that stands for an IPv4 address, as those of NAT64 and 6to4 do,
 * must pass for both.
 */
final class AllowList {

	/** Addresses of this machine, of its link, and of the metadata of clouds. */
	private static final List<AddressRange> SPECIAL = Stream
		.of("0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "100.100.100.200", "168.63.129.16", "192.0.0.192", "::1",
				"fe80::/10", "fd00:ec2::/32")
		.map(AddressRange::parse)
		.toList();

	/** Where an IPv4 address begins inside an IPv6 address of a range. */
	private static final List<Embedding> EMBEDDINGS = List.of(new Embedding("::/96", 12),
			new Embedding("64:ff9b::/96", 12), new Embedding("64:ff9b:1::/48", 12), new Embedding("2002::/16", 2));

	private static final String BELOW = "*.";

	private static final Pattern NAME = Pattern.compile("(?:\\*\\.)?(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\\.)*"
			+ "(?=[a-z0-9_-]*[a-z_-])[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?");

	private final List<AddressRange> ranges = new ArrayList<>();

	private final List<String> names = new ArrayList<>();

	private AllowList() {
	}

	/**
	 * Return the list of some entries.
	 * @throws IllegalArgumentException if one is neither a range of addresses nor a name;
	 * the message names it
	 */
	static AllowList of(List<String> entries) {
		AllowList list = new AllowList();
		for (String entry : entries) {
			String name = uniform(entry.strip());
			if (NAME.matcher(name).matches()) {
				list.names.add(name);
			}
			else if (name.matches("[0-9a-f:./]+")) {
				list.ranges.add(AddressRange.parse(name));
			}
			else {
				throw new IllegalArgumentException("'" + entry
						+ "' is neither a range of addresses, such as 10.0.0.0/8, nor a name, such as echo.example.com"
						+ " or *.example.com");
			}
		}
		return list;
	}

	private static String uniform(String name) {
		String lower = name.toLowerCase(Locale.ROOT);
		return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
	}

	/** Return whether nothing is allowed. */
	boolean isEmpty() {
		return this.ranges.isEmpty() && this.names.isEmpty();
	}

	/**
	 * Return whether a host may be probed at an address.
	 * @param host the name or address that was asked for
	 * @param address what would be connected to
	 */
	boolean permits(String host, InetAddress address) {
		if (address.isAnyLocalAddress() || address.isMulticastAddress()) {
			return false;
		}
		return meanings(address).allMatch(this::isPlainOrNamedByItsOwnRange)
				&& (this.ranges.stream().anyMatch((range) -> range.contains(address)) || isNamed(host));
	}

	/** Return the address, and the IPv4 addresses that it may stand for. */
	private static Stream<InetAddress> meanings(InetAddress address) {
		return (address instanceof Inet6Address && !address.isLoopbackAddress()) ? Stream.concat(Stream.of(address),
				EMBEDDINGS.stream()
					.filter((embedding) -> embedding.range.contains(address))
					.map((embedding) -> embedding.of(address)))
				: Stream.of(address);
	}

	private boolean isPlainOrNamedByItsOwnRange(InetAddress address) {
		return SPECIAL.stream()
			.filter((special) -> special.contains(address))
			.allMatch((special) -> this.ranges.stream()
				.anyMatch((range) -> range.contains(address) && range.isWithin(special)));
	}

	private boolean isNamed(String host) {
		String name = uniform(host);
		return this.names.stream()
			.anyMatch((allowed) -> allowed.startsWith(BELOW)
					? name.endsWith(allowed.substring(1)) && name.length() >= allowed.length() : name.equals(allowed));
	}

	/**
	 * A range of IPv6 addresses that contain IPv4 addresses.
	 *
	 * @param range the range
	 * @param at where the four bytes begin
	 */
	private record Embedding(AddressRange range, int at) {

		Embedding(String range, int at) {
			this(AddressRange.parse(range), at);
		}

		InetAddress of(InetAddress address) {
			return SocketAddresses.ofBytes(Arrays.copyOfRange(address.getAddress(), this.at, this.at + 4));
		}

	}

}
