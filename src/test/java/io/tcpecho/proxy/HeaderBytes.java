package io.tcpecho.proxy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * Headers of the PROXY protocol as bytes, put together by hand: valid ones of each kind,
 * and the pieces for others.
 */
final class HeaderBytes {

	static final byte[] LOCAL = binary(0x20, 0x00);

	static final byte[] TCP4_ADDRESSES = hex("c0000209 cb007107 14e9 01bb");

	private HeaderBytes() {
	}

	/** Return a valid header of each kind, by a name. */
	static Map<String, byte[]> valid() {
		Map<String, byte[]> valid = new LinkedHashMap<>();
		valid.put("v1 TCP4", text("PROXY TCP4 192.0.2.9 203.0.113.7 5353 443\r\n"));
		valid.put("v1 TCP4, smallest", text("PROXY TCP4 0.0.0.0 0.0.0.0 0 0\r\n"));
		valid.put("v1 TCP4, largest", text("PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n"));
		valid.put("v1 TCP6", text("PROXY TCP6 2001:db8::9 2001:DB8:0:1:2:3:4:5 5353 443\r\n"));
		valid.put("v1 TCP6, mapped", text("PROXY TCP6 ::ffff:192.0.2.9 1:2:3:4:5:6:203.0.113.7 5353 443\r\n"));
		valid.put("v1 TCP6, largest",
				text("PROXY TCP6 " + "ffff:".repeat(7) + "ffff " + "ffff:".repeat(7) + "ffff 65535 65535\r\n"));
		valid.put("v1 UNKNOWN", text("PROXY UNKNOWN\r\n"));
		valid.put("v1 UNKNOWN, ignored", text("PROXY UNKNOWN what\rever\n\r \r\r\n"));
		valid.put("v1 UNKNOWN, longest", text("PROXY UNKNOWN " + "x".repeat(91) + "\r\n"));
		valid.put("v2 LOCAL", LOCAL);
		valid.put("v2 LOCAL, skipped", binary(0x20, 0xEE, hex("ff 00")));
		valid.put("v2 UNSPEC", binary(0x21, 0x00, hex("01 02 03 04 05")));
		valid.put("v2 TCP4", binary(0x21, 0x11, TCP4_ADDRESSES));
		valid.put("v2 UDP4", binary(0x21, 0x12, TCP4_ADDRESSES));
		valid.put("v2 TCP6", binary(0x21, 0x21, tcp6()));
		valid.put("v2 UDP6", binary(0x21, 0x22, tcp6()));
		valid.put("v2 UNIX stream", binary(0x21, 0x31, unix()));
		valid.put("v2 UNIX datagram", binary(0x21, 0x32, unix()));
		valid.put("v2 with additions", withAdditions());
		valid.put("v2 with a checksum", withChecksum(binary(0x21, 0x11, TCP4_ADDRESSES, tlv(0x04, hex("00")),
				tlv(0x03, hex("00000000")), tlv(0x02, text("example.com")))));
		return valid;
	}

	/** Return a header with every addition that the specification names. */
	static byte[] withAdditions() {
		byte[] ssl = join(hex("07 00000000"), tlv(0x21, text("TLSv1.3")), tlv(0x22, text("cl\u00efent")),
				tlv(0x23, text("TLS_AES_256_GCM_SHA384")), tlv(0x24, text("SHA256")), tlv(0x25, text("RSA2048")),
				tlv(0x26, text("X25519MLKEM768")), tlv(0x27, text("rsa_pss_rsae_sha256")), tlv(0x28, hex("30 00")));
		return withChecksum(binary(0x21, 0x21, tcp6(), tlv(0x01, text("h2")), tlv(0x02, text("b\u00fccher.example")),
				tlv(0x03, hex("00000000")), tlv(0x04, new byte[3]), tlv(0x05, hex("0102ff")), tlv(0x20, ssl),
				tlv(0x30, text("ns1")), tlv(0xEA, join(hex("01"), text("vpce-0123"))), tlv(0xEE, hex("01 04030201")),
				tlv(0xE0, hex("0000000000000102")), tlv(0xE1, hex("cafe")), tlv(0xF0, new byte[0])));
	}

	/** Return a header of version 2 with a block of these parts. */
	static byte[] binary(int command, int transport, byte[]... block) {
		byte[] joined = join(block);
		return join(ProxyHeader.binarySignature(),
				new byte[] { (byte) command, (byte) transport, (byte) (joined.length >> 8), (byte) joined.length },
				joined);
	}

	/** Return an addition. */
	static byte[] tlv(int type, byte[] value) {
		return join(new byte[] { (byte) type, (byte) (value.length >> 8), (byte) value.length }, value);
	}

	/** Put the right checksum in the place of the four zeros behind 03 00 04. */
	static byte[] withChecksum(byte[] header) {
		int at = indexOf(header, hex("03 0004 00000000")) + 3;
		CRC32C checksum = new CRC32C();
		checksum.update(header);
		ByteBuffer.wrap(header).putInt(at, (int) checksum.getValue());
		return header;
	}

	private static int indexOf(byte[] bytes, byte[] wanted) {
		for (int i = 0; i + wanted.length <= bytes.length; i++) {
			if (Arrays.equals(bytes, i, i + wanted.length, wanted, 0, wanted.length)) {
				return i;
			}
		}
		throw new IllegalArgumentException("The header has no checksum");
	}

	static byte[] tcp6() {
		return hex("20010db8000000000000000000000009 20010db8000000010002000300040005 14e9 01bb");
	}

	private static byte[] unix() {
		byte[] paths = new byte[216];
		System.arraycopy(text("/run/a"), 0, paths, 0, 6);
		System.arraycopy(text("/run/b"), 0, paths, 108, 6);
		return paths;
	}

	static byte[] text(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	static byte[] hex(String digits) {
		return HexFormat.of().parseHex(digits.replace(" ", ""));
	}

	static byte[] join(byte[]... parts) {
		ByteArrayOutputStream joined = new ByteArrayOutputStream();
		for (byte[] part : parts) {
			joined.writeBytes(part);
		}
		return joined.toByteArray();
	}

}
