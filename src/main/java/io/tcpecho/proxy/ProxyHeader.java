package io.tcpecho.proxy;

import java.net.InetSocketAddress;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A header of the PROXY protocol, version 1 or 2.
 *
 * @param version 1 or 2
 * @param command whether the connection is a client's; always {@link Command#PROXY} in
 * version 1
 * @param transport what kind of connection the addresses are of; version 1 calls
 * {@link Transport#UNSPECIFIED} {@code UNKNOWN}
 * @param source the client's address and port; null if the header tells none
 * @param destination the address and port that the client connected to; null if the
 * header tells none
 * @param tlvs the additions of version 2, in their order; empty in version 1
 */
public record ProxyHeader(int version, Command command, Transport transport, @Nullable InetSocketAddress source,
		@Nullable InetSocketAddress destination, List<Tlv> tlvs) {

	/** The first bytes of each header of version 1. */
	public static final String TEXT_SIGNATURE = "PROXY ";

	/** The most bytes that a header of version 1 has. */
	public static final int MAX_TEXT_SIZE_IN_BYTES = 107;

	/** The bytes of a header of version 2 before its addresses. */
	public static final int FIXED_SIZE_IN_BYTES = 16;

	/** The most bytes that the length in a header of version 2 can announce. */
	public static final int MAX_LENGTH = 0xFFFF;

	private static final byte[] BINARY_SIGNATURE = { 0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 'Q', 'U', 'I', 'T',
			0x0A };

	public ProxyHeader {
		tlvs = List.copyOf(tlvs);
	}

	/** Return the 12 first bytes of each header of version 2. */
	public static byte[] binarySignature() {
		return BINARY_SIGNATURE.clone();
	}

	/** Return a header without addresses and additions. */
	public static ProxyHeader withoutAddresses(int version, Command command) {
		return new ProxyHeader(version, command, Transport.UNSPECIFIED, null, null, List.of());
	}

	/** The purposes for which a proxy opens a connection. */
	public enum Command {

		/** The proxy connects for itself, as its health checks do. */
		LOCAL,

		/** The proxy forwards a client's connection. */
		PROXY

	}

	/** The protocol and the addresses of the connection that a proxy forwards. */
	public enum Transport {

		/** Not said; version 1 writes {@code UNKNOWN}. */
		UNSPECIFIED(0x00, 0),

		/** TCP over IPv4. */
		TCP4(0x11, 12),

		/** UDP over IPv4. */
		UDP4(0x12, 12),

		/** TCP over IPv6. */
		TCP6(0x21, 36),

		/** UDP over IPv6. */
		UDP6(0x22, 36),

		/** A stream over a UNIX socket. */
		UNIX_STREAM(0x31, 216),

		/** Datagrams over a UNIX socket. */
		UNIX_DATAGRAM(0x32, 216);

		private final int code;

		private final int addressSizeInBytes;

		Transport(int code, int addressSizeInBytes) {
			this.code = code;
			this.addressSizeInBytes = addressSizeInBytes;
		}

		/** Return the byte that stands for it in version 2. */
		public int code() {
			return this.code;
		}

		/**
		 * Return how many bytes its two addresses have in version 2, with their ports.
		 */
		public int addressSizeInBytes() {
			return this.addressSizeInBytes;
		}

		/** Return the transport of a byte in version 2, null if none has it. */
		static @Nullable Transport of(int code) {
			for (Transport transport : values()) {
				if (transport.code == code) {
					return transport;
				}
			}
			return null;
		}

	}

	/**
	 * An addition to a header of version 2: type, length and value. The array is shared,
	 * and nothing may change it.
	 *
	 * @param type from 0 to 255; the constants are those that the specification names
	 * @param value at most 65,535 bytes, the length of which goes before it
	 */
	public record Tlv(int type, byte[] value) {

		/** The application protocol that the client and the proxy have agreed on. */
		public static final int ALPN = 0x01;

		/** The host name that the client asked for, in UTF-8. */
		public static final int AUTHORITY = 0x02;

		/** The checksum of the whole header, 4 bytes. */
		public static final int CRC32C = 0x03;

		/** Nothing: padding. */
		public static final int NOOP = 0x04;

		/** An opaque name of the connection, at most 128 bytes. */
		public static final int UNIQUE_ID = 0x05;

		/** What TLS between the client and the proxy is; it has additions of its own. */
		public static final int SSL = 0x20;

		/** The version of TLS, within {@link #SSL}. */
		public static final int SSL_VERSION = 0x21;

		/** The common name in the client's certificate, within {@link #SSL}. */
		public static final int SSL_CN = 0x22;

		/** The cipher, within {@link #SSL}. */
		public static final int SSL_CIPHER = 0x23;

		/** How the proxy's certificate was signed, within {@link #SSL}. */
		public static final int SSL_SIG_ALG = 0x24;

		/** The kind of key of the proxy's certificate, within {@link #SSL}. */
		public static final int SSL_KEY_ALG = 0x25;

		/** The group of the key exchange, within {@link #SSL}. */
		public static final int SSL_GROUP = 0x26;

		/** The signature scheme of the handshake, within {@link #SSL}. */
		public static final int SSL_SIG_SCHEME = 0x27;

		/** The client's certificate in DER, within {@link #SSL}. */
		public static final int SSL_CLIENT_CERT = 0x28;

		/** The network namespace of the proxy. */
		public static final int NETNS = 0x30;

		/** The first type that is the application's own; Google's clouds use it. */
		public static final int GCP = 0xE0;

		/** Amazon's addition. */
		public static final int AWS = 0xEA;

		/** Azure's addition. */
		public static final int AZURE = 0xEE;

		/** The largest value of {@link #UNIQUE_ID} in bytes. */
		public static final int MAX_UNIQUE_ID_SIZE_IN_BYTES = 128;

	}

}
