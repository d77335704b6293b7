package io.tcpecho.proxy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

import io.tcpecho.connection.ProxyDetails;
import io.tcpecho.proxy.ProxyHeader.Tlv;
import io.tcpecho.proxy.ProxyHeader.Transport;
import io.tcpecho.text.SocketAddresses;
import org.jspecify.annotations.Nullable;

/**
 * Puts a header into the form that endpoints show.
 */
final class DetailsReader {

	/** The most bytes of a value that is no text that are shown. */
	private static final int MOST_BYTES_SHOWN = 64;

	private static final HexFormat HEX = HexFormat.of();

	/** The first byte of Amazon's and Azure's values: the one kind that is known. */
	private static final int KNOWN_KIND = 0x01;

	private static final int AZURE_SIZE_IN_BYTES = 5;

	private static final int GCP_SIZE_IN_BYTES = 8;

	private static final int SSL_CLIENT = 0x01;

	private static final int SSL_CERTIFICATE = 0x02;

	private static final int SSL_CERTIFICATE_IN_SESSION = 0x04;

	private DetailsReader() {
	}

	/**
	 * Return the details of a header that the parser has accepted.
	 * @param nanos the time that it took to come, in nanoseconds
	 */
	static ProxyDetails read(ProxyHeader header, long nanos) {
		List<Tlv> tlvs = header.tlvs();
		return new ProxyDetails(header.version(), header.command().name(),
				(header.transport() != Transport.UNSPECIFIED) ? header.transport().name() : null,
				(header.source() != null) ? SocketAddresses.text(header.source()) : null,
				(header.destination() != null) ? SocketAddresses.text(header.destination()) : null,
				TimeUnit.NANOSECONDS.toMicros(nanos), text(tlvs, Tlv.ALPN), text(tlvs, Tlv.AUTHORITY),
				text(tlvs, Tlv.UNIQUE_ID), ssl(tlvs), text(tlvs, Tlv.NETNS), aws(value(tlvs, Tlv.AWS)),
				azure(value(tlvs, Tlv.AZURE)), gcp(value(tlvs, Tlv.GCP)), other(tlvs));
	}

	/** Return the first value of a type, null if there is none. */
	private static byte @Nullable [] value(List<Tlv> tlvs, int type) {
		return tlvs.stream().filter((tlv) -> tlv.type() == type).findFirst().map(Tlv::value).orElse(null);
	}

	private static @Nullable String text(List<Tlv> tlvs, int type) {
		byte[] value = value(tlvs, type);
		if (value == null) {
			return null;
		}
		boolean unchecked = type == Tlv.ALPN || type == Tlv.UNIQUE_ID;
		return (!unchecked || isPrintable(value)) ? new String(value, StandardCharsets.UTF_8) : hexadecimal(value);
	}

	private static boolean isPrintable(byte[] value) {
		for (byte b : value) {
			if (b < ' ' || b == 0x7F) {
				return false;
			}
		}
		return true;
	}

	private static String hexadecimal(byte[] value) {
		String digits = "0x" + HEX.formatHex(value, 0, Math.min(value.length, MOST_BYTES_SHOWN));
		return (value.length > MOST_BYTES_SHOWN) ? digits + "... (" + value.length + " bytes)" : digits;
	}

	private static ProxyDetails.@Nullable Ssl ssl(List<Tlv> tlvs) {
		byte[] value = value(tlvs, Tlv.SSL);
		if (value == null) {
			return null;
		}
		int flags = value[0];
		List<Tlv> inner = TlvGrammar.split(value, TlvGrammar.SSL_PREFIX_SIZE_IN_BYTES, value.length);
		boolean verified = ByteBuffer.wrap(value).getInt(1) == 0;
		byte[] certificate = value(inner, Tlv.SSL_CLIENT_CERT);
		return new ProxyDetails.Ssl((flags & SSL_CLIENT) != 0, (flags & SSL_CERTIFICATE) != 0,
				(flags & SSL_CERTIFICATE_IN_SESSION) != 0, verified, text(inner, Tlv.SSL_VERSION),
				text(inner, Tlv.SSL_CN), text(inner, Tlv.SSL_CIPHER), text(inner, Tlv.SSL_SIG_ALG),
				text(inner, Tlv.SSL_KEY_ALG), text(inner, Tlv.SSL_GROUP), text(inner, Tlv.SSL_SIG_SCHEME),
				(certificate != null) ? sha256(certificate) : null);
	}

	private static String sha256(byte[] bytes) {
		try {
			return HEX.formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static @Nullable Map<String, String> aws(byte @Nullable [] value) {
		if (value == null || value.length < 1 || value[0] != KNOWN_KIND) {
			return null;
		}
		byte[] id = Arrays.copyOfRange(value, 1, value.length);
		return Map.of("vpceId", isPrintable(id) ? new String(id, StandardCharsets.US_ASCII) : hexadecimal(id));
	}

	private static @Nullable Map<String, Long> azure(byte @Nullable [] value) {
		if (value == null || value.length != AZURE_SIZE_IN_BYTES || value[0] != KNOWN_KIND) {
			return null;
		}
		return Map.of("linkId", ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN).getInt(1) & 0xFFFFFFFFL);
	}

	private static @Nullable Map<String, String> gcp(byte @Nullable [] value) {
		if (value == null || value.length != GCP_SIZE_IN_BYTES) {
			return null;
		}
		return Map.of("pscConnectionId", Long.toUnsignedString(ByteBuffer.wrap(value).getLong()));
	}

	/** Return what no other field shows, the first of each type. */
	private static @Nullable Map<String, String> other(List<Tlv> tlvs) {
		Map<String, String> other = new TreeMap<>();
		for (Tlv tlv : tlvs) {
			boolean shown = switch (tlv.type()) {
				case Tlv.ALPN, Tlv.AUTHORITY, Tlv.CRC32C, Tlv.NOOP, Tlv.UNIQUE_ID, Tlv.SSL, Tlv.NETNS -> true;
				case Tlv.AWS -> aws(tlv.value()) != null;
				case Tlv.AZURE -> azure(tlv.value()) != null;
				case Tlv.GCP -> gcp(tlv.value()) != null;
				default -> false;
			};
			if (!shown) {
				other.putIfAbsent(String.format("0x%02X", tlv.type()), hexadecimal(tlv.value()));
			}
		}
		return other.isEmpty() ? null : other;
	}

}
