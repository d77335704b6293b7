package io.tcpecho.proxy;

import java.io.ByteArrayOutputStream;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32C;

import io.tcpecho.proxy.ProxyHeader.Tlv;
import io.tcpecho.proxy.ProxyHeader.Transport;
import org.jspecify.annotations.Nullable;

/**
 * The PROXY protocol header that a client sends before its first byte. Immutable.
 *
 * @param kind the version and command
 * @param source where the header says that the connection comes from; null for the
 * client's own address
 * @param destination where it says that the connection goes to; null for the address that
 * the client connects to
 * @param tlvs what else it says, in this order; version 2 only
 */
public record ProxyHeaderFormat(Kind kind, @Nullable InetSocketAddress source, @Nullable InetSocketAddress destination,
		List<Tlv> tlvs) {

	private static final int VERSION_2 = 0x20;

	private static final int PROXY = 1;

	private static final int LOCAL = 0;

	/**
	 * Check the values against each other.
	 * @throws IllegalArgumentException naming the one that is wrong
	 */
	public ProxyHeaderFormat {
		tlvs = List.copyOf(tlvs);
		if (kind == Kind.V1 && !tlvs.isEmpty()) {
			throw new IllegalArgumentException("proxy-tlv needs proxy v2 or local, not v1, which has none");
		}
		if (kind == Kind.LOCAL && (source != null || destination != null)) {
			throw new IllegalArgumentException(((source != null) ? "proxy-source" : "proxy-destination")
					+ " needs proxy v1 or v2, not local, which has no addresses");
		}
		int size = Transport.TCP6.addressSizeInBytes()
				+ tlvs.stream().mapToInt((tlv) -> TlvGrammar.PREFIX_SIZE_IN_BYTES + tlv.value().length).sum();
		if (size > ProxyHeader.MAX_LENGTH) {
			throw new IllegalArgumentException(
					"the values of proxy-tlv make a header of " + size + " bytes, more than " + ProxyHeader.MAX_LENGTH);
		}
	}

	/** Return whether it names the address that the client connects to. */
	public boolean needsDestination() {
		return this.kind != Kind.LOCAL && this.destination == null;
	}

	/**
	 * Return the header of one connection.
	 * @param local the client's own address; null if unknown
	 * @param peer the address that the client connects to; null if unknown
	 */
	public byte[] bytes(@Nullable InetSocketAddress local, @Nullable InetSocketAddress peer) {
		InetSocketAddress from = (this.source != null) ? this.source : local;
		InetSocketAddress to = (this.destination != null) ? this.destination : peer;
		boolean known = this.kind != Kind.LOCAL && from != null && from.getAddress() != null && to != null
				&& to.getAddress() != null;
		if (this.kind == Kind.V1) {
			return (known ? line(from, to) : ProxyHeader.TEXT_SIGNATURE + "UNKNOWN\r\n")
				.getBytes(StandardCharsets.US_ASCII);
		}
		return binary(known ? from : null, known ? to : null);
	}

	private static String line(InetSocketAddress from, InetSocketAddress to) {
		boolean ipv4 = isIpv4(from) && isIpv4(to);
		return ProxyHeader.TEXT_SIGNATURE + (ipv4 ? "TCP4 " : "TCP6 ") + text(from, ipv4) + " " + text(to, ipv4) + " "
				+ from.getPort() + " " + to.getPort() + "\r\n";
	}

	private static boolean isIpv4(InetSocketAddress address) {
		return address.getAddress() instanceof Inet4Address;
	}

	/** Return an address without the name of an interface; IPv4 among IPv6 is mapped. */
	private static String text(InetSocketAddress address, boolean ipv4) {
		InetAddress host = address.getAddress();
		String text = host.getHostAddress().replaceFirst("%.*", "");
		return (!ipv4 && isIpv4(address)) ? "::ffff:" + text : text;
	}

	private byte[] binary(@Nullable InetSocketAddress from, @Nullable InetSocketAddress to) {
		ByteArrayOutputStream body = new ByteArrayOutputStream();
		Transport transport = Transport.UNSPECIFIED;
		if (from != null && to != null) {
			boolean ipv4 = isIpv4(from) && isIpv4(to);
			transport = ipv4 ? Transport.TCP4 : Transport.TCP6;
			body.writeBytes(address(from, ipv4));
			body.writeBytes(address(to, ipv4));
			writeShort(body, from.getPort());
			writeShort(body, to.getPort());
		}
		int checksumAt = -1;
		for (Tlv tlv : this.tlvs) {
			checksumAt = ProxyTlv.isChecksum(tlv)
					? ProxyHeader.FIXED_SIZE_IN_BYTES + body.size() + TlvGrammar.PREFIX_SIZE_IN_BYTES : checksumAt;
			body.write(tlv.type());
			writeShort(body, tlv.value().length);
			body.writeBytes(tlv.value());
		}
		ByteArrayOutputStream header = new ByteArrayOutputStream();
		header.writeBytes(ProxyHeader.binarySignature());
		header.write(VERSION_2 | ((this.kind == Kind.LOCAL) ? LOCAL : PROXY));
		header.write(transport.code());
		writeShort(header, body.size());
		header.writeBytes(body.toByteArray());
		return withChecksum(header.toByteArray(), checksumAt);
	}

	private static byte[] address(InetSocketAddress address, boolean ipv4) {
		byte[] bytes = address.getAddress().getAddress();
		return (ipv4 || !isIpv4(address)) ? bytes
				: ByteBuffer.allocate(16).putShort(10, (short) 0xFFFF).put(12, bytes).array();
	}

	private static void writeShort(ByteArrayOutputStream out, int value) {
		out.write(value >> 8);
		out.write(value);
	}

	/** Fill in the checksum, which is that of the header with zeros in its place. */
	private static byte[] withChecksum(byte[] header, int at) {
		if (at >= 0) {
			CRC32C checksum = new CRC32C();
			checksum.update(header);
			ByteBuffer.wrap(header).putInt(at, (int) checksum.getValue());
		}
		return header;
	}

	/** Return {@code v1}, {@code v2} or {@code local}. */
	@Override
	public String toString() {
		return this.kind.label();
	}

	/** The versions, and the command of version 2 that names no client. */
	public enum Kind {

		/** A line of text. */
		V1,

		/** Version 2 with the command PROXY. */
		V2,

		/** Version 2 with the command LOCAL: the proxy's own connection. */
		LOCAL;

		/** Return its name on the command line. */
		public String label() {
			return name().toLowerCase(Locale.ROOT);
		}

	}

}
