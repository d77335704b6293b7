package io.tcpecho.proxy;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.tcpecho.proxy.ProxyHeader.Tlv;

/**
 * Reads the values of a PROXY header of version 2 as the command line has them.
 */
public final class ProxyTlv {

	/** The place of a checksum, known by its identity. */
	private static final byte[] COMPUTED = new byte[TlvGrammar.CHECKSUM_SIZE_IN_BYTES];

	private static final Map<String, Integer> TEXTS = Map.of("alpn", Tlv.ALPN, "authority", Tlv.AUTHORITY, "netns",
			Tlv.NETNS);

	private static final Pattern NAMED = Pattern.compile("([a-z0-9-]+)=(.*)", Pattern.DOTALL);

	private static final Pattern NUMBERED = Pattern.compile("0[xX]([0-9A-Fa-f]{1,2})=(.*)", Pattern.DOTALL);

	private ProxyTlv() {
	}

	/**
	 * Read {@code authority=NAME}, {@code alpn=NAME}, {@code netns=NAME},
	 * {@code unique-id=HEX}, {@code 0xE0=HEX} with any type, or {@code crc32c}.
	 * @throws IllegalArgumentException naming what is wrong
	 */
	public static Tlv parse(String text) {
		if (text.equals("crc32c")) {
			return new Tlv(Tlv.CRC32C, COMPUTED);
		}
		Matcher numbered = NUMBERED.matcher(text);
		if (numbered.matches()) {
			int type = Integer.parseInt(numbered.group(1), 16);
			if (type == 0) {
				throw new IllegalArgumentException("type 0 of '" + text + "' is not between 0x01 and 0xFF");
			}
			return new Tlv(type, bytes(numbered.group(2), text));
		}
		Matcher named = NAMED.matcher(text);
		if (named.matches() && TEXTS.containsKey(named.group(1))) {
			return new Tlv(TEXTS.get(named.group(1)), named.group(2).getBytes(StandardCharsets.UTF_8));
		}
		if (named.matches() && named.group(1).equals("unique-id")) {
			byte[] value = bytes(named.group(2), text);
			if (value.length > Tlv.MAX_UNIQUE_ID_SIZE_IN_BYTES) {
				throw new IllegalArgumentException(
						"unique-id has " + value.length + " bytes, more than " + Tlv.MAX_UNIQUE_ID_SIZE_IN_BYTES);
			}
			return new Tlv(Tlv.UNIQUE_ID, value);
		}
		throw new IllegalArgumentException("'" + text
				+ "' is no TLV, such as authority=NAME, alpn=NAME, netns=NAME, unique-id=HEX, 0xE0=HEX or crc32c");
	}

	private static byte[] bytes(String hexadecimal, String text) {
		try {
			return HexFormat.of().parseHex(hexadecimal);
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalArgumentException(
					"the value of '" + text + "' is not hexadecimal with two digits for each byte, such as 00ff");
		}
	}

	/** Return whether a value is the place of a checksum, which the header computes. */
	static boolean isChecksum(Tlv tlv) {
		return tlv.value() == COMPUTED;
	}

}
