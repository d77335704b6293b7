package io.tcpecho.proxy;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A value of a PROXY header of version 2: type, length and content.
 *
 * @param type its number, 1 to 255
 * @param value its content, at most 65,535 bytes; not copied
 */
public record ProxyTlv(int type, byte[] value) {

	/** The bytes of type and length. */
	static final int HEADER_SIZE = 3;

	private static final int ALPN = 0x01;

	private static final int AUTHORITY = 0x02;

	private static final int CRC32C = 0x03;

	private static final int UNIQUE_ID = 0x05;

	private static final int NETNS = 0x30;

	private static final int LONGEST_UNIQUE_ID = 128;

	/** The place of a checksum, known by its identity. */
	private static final byte[] COMPUTED = new byte[Integer.BYTES];

	private static final Map<String, Integer> TEXTS = Map.of("alpn", ALPN, "authority", AUTHORITY, "netns", NETNS);

	private static final Pattern NAMED = Pattern.compile("([a-z0-9-]+)=(.*)", Pattern.DOTALL);

	private static final Pattern NUMBERED = Pattern.compile("0[xX]([0-9A-Fa-f]{1,2})=(.*)", Pattern.DOTALL);

	/**
	 * Read {@code authority=NAME}, {@code alpn=NAME}, {@code netns=NAME},
	 * {@code unique-id=HEX}, {@code 0xE0=HEX} with any type, or {@code crc32c}.
	 * @throws IllegalArgumentException naming what is wrong
	 */
	public static ProxyTlv parse(String text) {
		if (text.equals("crc32c")) {
			return new ProxyTlv(CRC32C, COMPUTED);
		}
		Matcher numbered = NUMBERED.matcher(text);
		if (numbered.matches()) {
			int type = Integer.parseInt(numbered.group(1), 16);
			if (type == 0) {
				throw new IllegalArgumentException("type 0 of '" + text + "' is not between 0x01 and 0xFF");
			}
			return new ProxyTlv(type, bytes(numbered.group(2), text));
		}
		Matcher named = NAMED.matcher(text);
		if (named.matches() && TEXTS.containsKey(named.group(1))) {
			return new ProxyTlv(TEXTS.get(named.group(1)), named.group(2).getBytes(StandardCharsets.UTF_8));
		}
		if (named.matches() && named.group(1).equals("unique-id")) {
			byte[] value = bytes(named.group(2), text);
			if (value.length > LONGEST_UNIQUE_ID) {
				throw new IllegalArgumentException(
						"unique-id has " + value.length + " bytes, more than " + LONGEST_UNIQUE_ID);
			}
			return new ProxyTlv(UNIQUE_ID, value);
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

	/** Return the bytes that it takes in a header. */
	int size() {
		return HEADER_SIZE + this.value.length;
	}

	/** Return whether it is the place of a checksum, which the header computes. */
	boolean isChecksum() {
		return this.value == COMPUTED;
	}

}
