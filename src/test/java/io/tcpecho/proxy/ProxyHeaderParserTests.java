package io.tcpecho.proxy;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

import io.tcpecho.connection.ProxyRefusal;
import io.tcpecho.proxy.ProxyHeader.Command;
import io.tcpecho.proxy.ProxyHeader.Tlv;
import io.tcpecho.proxy.ProxyHeader.Transport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import static io.tcpecho.proxy.HeaderBytes.TCP4_ADDRESSES;
import static io.tcpecho.proxy.HeaderBytes.binary;
import static io.tcpecho.proxy.HeaderBytes.hex;
import static io.tcpecho.proxy.HeaderBytes.join;
import static io.tcpecho.proxy.HeaderBytes.text;
import static io.tcpecho.proxy.HeaderBytes.tlv;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the parser takes, and which byte is the first that it refuses.
 */
class ProxyHeaderParserTests {

	private static final int MAX = 16 * 1024;

	private static final int SMALL_MAX = 400;

	static Stream<Arguments> valid() {
		return HeaderBytes.valid().entrySet().stream().map((entry) -> Arguments.of(entry.getKey(), entry.getValue()));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("valid")
	void aValidHeaderIsTheSameAtOnceAndByteByByteAndTheRestIsLeft(String name, byte[] bytes) throws Exception {
		ByteBuffer whole = ByteBuffer.wrap(join(bytes, text("PROXY")));
		ProxyHeader atOnce = new ProxyHeaderParser(MAX).parse(whole);
		assertThat(atOnce).isNotNull();
		assertThat(whole.remaining()).isEqualTo(5);
		ProxyHeaderParser parser = new ProxyHeaderParser(MAX);
		for (int i = 0; i < bytes.length - 1; i++) {
			assertThat(parser.parse(ByteBuffer.wrap(bytes, i, 1))).as("after %d bytes", i + 1).isNull();
		}
		assertThat(parser.parse(ByteBuffer.wrap(bytes, bytes.length - 1, 1))).usingRecursiveComparison()
			.isEqualTo(atOnce);
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("valid")
	void aHeaderThatFinCutsOffIsMissingBeforeItsSignatureEndsAndInvalidLater(String name, byte[] bytes)
			throws Exception {
		int signature = (bytes[0] == 'P') ? 6 : 12;
		ProxyHeaderParser parser = new ProxyHeaderParser(MAX);
		for (int i = 0; i < bytes.length; i++) {
			ProxyHeaderException cutOff = parser.cutOff();
			assertThat(cutOff.refusal()).as("after %d bytes", i)
				.isEqualTo((i < signature) ? ProxyRefusal.MISSING : ProxyRefusal.INVALID);
			assertThat(cutOff).hasMessage(
					(i == 0) ? "FIN came before a PROXY header" : "FIN came after " + i + " bytes of a PROXY header");
			parser.parse(ByteBuffer.wrap(bytes, i, 1));
		}
	}

	/**
	 * The meaning of "the first wrong byte": as long as bytes are accepted, some further
	 * bytes make a valid header of them.
	 */
	@ParameterizedTest(name = "{0}")
	@MethodSource("valid")
	void whateverIsAcceptedInTheMiddleCanStillBecomeAHeader(String name, byte[] bytes) {
		Random random = new Random(name.hashCode());
		for (int at = 0; at < bytes.length; at++) {
			for (int value : (at < 20) ? all() : random.ints(40, 0, 128).toArray()) {
				byte[] wrong = Arrays.copyOf(bytes, at + 1);
				wrong[at] = (byte) value;
				Attempt attempt = attempt(new ProxyHeaderParser(SMALL_MAX), ByteBuffer.wrap(wrong));
				assertThat(attempt.refusedAt()).as("%d at %d", value, at).isIn(-1, at);
				if (attempt.refusedAt() == -1 && attempt.header() == null && random.nextInt(24) == 0) {
					assertCanBeCompleted(wrong);
				}
			}
		}
	}

	private static int[] all() {
		int[] all = new int[256];
		Arrays.setAll(all, (i) -> i);
		return all;
	}

	/**
	 * Append any byte that is accepted until the header is complete. A checksum may be
	 * wrong, since only the whole header tells.
	 */
	private static void assertCanBeCompleted(byte[] prefix) {
		byte[] bytes = Arrays.copyOf(prefix, SMALL_MAX);
		int[] candidates = (prefix[0] == 'P') ? "\r\n 0:.PROXYUNKWTC4".chars().toArray() : all();
		int size = prefix.length;
		ProxyHeaderParser parser = parserOf(bytes, size);
		while (size < SMALL_MAX) {
			Attempt next = null;
			for (int i = 0; i < candidates.length && (next == null || next.refusedAt() != -1); i++) {
				parser = (i == 0) ? parser : parserOf(bytes, size);
				bytes[size] = (byte) candidates[i];
				next = attempt(parser, ByteBuffer.wrap(bytes, size, 1));
				if (next.header() != null || next.reason() == ProxyRefusal.CHECKSUM) {
					return;
				}
			}
			if (next == null || next.refusedAt() != -1) {
				throw new AssertionError(
						"No byte may follow " + new String(bytes, 0, size, StandardCharsets.ISO_8859_1));
			}
			size++;
		}
		throw new AssertionError("no end after " + SMALL_MAX + " bytes");
	}

	private static ProxyHeaderParser parserOf(byte[] bytes, int size) {
		ProxyHeaderParser parser = new ProxyHeaderParser(SMALL_MAX);
		assertThat(attempt(parser, ByteBuffer.wrap(bytes, 0, size)).refusedAt()).isEqualTo(-1);
		return parser;
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			hello                                       | 0  | MISSING
			GET / HTTP/1.1                              | 0  | MISSING
			PUT                                         | 1  | MISSING
			PROXYTCP4                                   | 5  | MISSING
			proxy                                       | 0  | MISSING
			PROXY  TCP4                                 | 6  | INVALID
			PROXY TCP5                                  | 9  | INVALID
			PROXY UDP4                                  | 7  | INVALID
			PROXY TCP4  1                               | 11 | INVALID
			PROXY TCP4 01.2.3.4                         | 12 | INVALID
			PROXY TCP4 1.2.3.256                        | 19 | INVALID
			PROXY TCP4 1.2.3.4.5                        | 18 | INVALID
			PROXY TCP4 1.2.3 1                          | 16 | INVALID
			PROXY TCP4 ::1                              | 11 | INVALID
			PROXY TCP4 1.2.3.4 1.2.3.4 01000            | 28 | INVALID
			PROXY TCP4 1.2.3.4 1.2.3.4 +1000            | 27 | INVALID
			PROXY TCP4 1.2.3.4 1.2.3.4 -1               | 27 | INVALID
			PROXY TCP4 1.2.3.4 1.2.3.4 65536            | 31 | INVALID
			PROXY TCP4 1.2.3.4 1.2.3.4 1 65536          | 33 | INVALID
			PROXY TCP4 1.2.3.4 1.2.3.4 1  2             | 29 | INVALID
			PROXY TCP4 1.2.3.4 1.2.3.4 1 2 \\r          | 30 | INVALID
			PROXY TCP4 1.2.3.4 1.2.3.4 1 2\\n           | 30 | INVALID
			PROXY TCP4 1.2.3.4 1.2.3.4 1 2\\r\\r        | 31 | INVALID
			PROXY TCP4 1.2.3.4 1.2.3.4 1\\r             | 28 | INVALID
			PROXY TCP4 1.2.3.4 1.2.3.4 \\r              | 27 | INVALID
			PROXY TCP6 1.2.3.4                          | 12 | INVALID
			PROXY TCP6 fe80::1%eth0                     | 18 | INVALID
			PROXY TCP6 :1                               | 12 | INVALID
			PROXY TCP6 1:::                             | 14 | INVALID
			PROXY TCP6 1::2::                           | 16 | INVALID
			PROXY TCP6 12345                            | 15 | INVALID
			PROXY TCP6 1:2:3:4:5:6:7:8:                 | 26 | INVALID
			PROXY TCP6 1:2:3:4:5:6:7 8                  | 24 | INVALID
			PROXY TCP6 1::2:3:4:5:6:7:8                 | 25 | INVALID
			PROXY TCP6 1: 2                             | 13 | INVALID
			PROXY TCP6 ::256.0                          | 16 | INVALID
			PROXY TCP6 1:2:3:4:5:6:7:1.2                | 26 | INVALID
			PROXY TCP6 g                                | 11 | INVALID
			PROXY UNKNOWNX                              | 13 | INVALID
			PROXY UNKNOWN\\n                            | 13 | INVALID
			PROXY UNKNOWN\\rX                           | 14 | INVALID
			PROXY UNKNOW\\r                             | 12 | INVALID
			""")
	void aLineOfVersion1IsRefusedAtItsFirstWrongByte(String line, int at, ProxyRefusal reason) {
		byte[] bytes = text(line.replace("\\r", "\r").replace("\\n", "\n"));
		assertThat(attempt(bytes)).isEqualTo(new Attempt(null, at, reason));
		assertThat(attempt(Arrays.copyOf(bytes, at)).refusedAt()).isEqualTo(-1);
	}

	@Test
	void aLineOfVersion1HasAtMost107Bytes() {
		assertThat(attempt(text("PROXY UNKNOWN " + "x".repeat(91) + "\r\n")).header()).isNotNull();
		assertThat(attempt(text("PROXY UNKNOWN " + "x".repeat(92)))).isEqualTo(tooLong(105));
		assertThat(attempt(text("PROXY UNKNOWN " + "x".repeat(91) + "\rx"))).isEqualTo(tooLong(106));
		assertThat(attempt(text("PROXY UNKNOWN " + "x".repeat(91) + "\r\r"))).isEqualTo(tooLong(106));
		assertThat(attempt(text("PROXY UNKNOWN " + "x".repeat(90) + "\rx"))).isEqualTo(tooLong(105));
		assertThat(attempt(text("PROXY UNKNOWN " + "x".repeat(90) + "\r\r\n")).header()).isNotNull();
	}

	private static Attempt tooLong(int at) {
		return new Attempt(null, at, ProxyRefusal.TOO_LONG);
	}

	static Stream<Arguments> wrongBinary() {
		byte[] ssl = hex("01 00000000");
		return Stream.of(Arguments.of("a byte of the signature", hex("0d0a0d0a000d0a51554954 0d"), 11, "MISSING"),
				Arguments.of("version 1", hex("0d0a0d0a000d0a515549540a 11"), 12, "INVALID"),
				Arguments.of("command 2", hex("0d0a0d0a000d0a515549540a 22"), 12, "INVALID"),
				Arguments.of("family 4", binary(0x21, 0x41), 13, "INVALID"),
				Arguments.of("protocol 3", binary(0x21, 0x13, TCP4_ADDRESSES), 13, "INVALID"),
				Arguments.of("a stream of no family", binary(0x21, 0x01), 13, "INVALID"),
				Arguments.of("short addresses", binary(0x21, 0x11, new byte[11]), 15, "INVALID"),
				Arguments.of("IPv4 addresses for TCP6", binary(0x21, 0x21, TCP4_ADDRESSES), 15, "INVALID"),
				Arguments.of("a rest of one byte", binary(0x21, 0x11, TCP4_ADDRESSES, new byte[1]), 15, "INVALID"),
				Arguments.of("a rest of two bytes", binary(0x21, 0x11, TCP4_ADDRESSES, new byte[2]), 15, "INVALID"),
				Arguments.of("an addition that is too long", tcp4(hex("04 0001")), 30, "INVALID"),
				Arguments.of("one that is far too long", tcp4(hex("04 0100 00")), 29, "INVALID"),
				Arguments.of("one that leaves two bytes", tcp4(hex("04 0001 00 0000")), 30, "INVALID"),
				Arguments.of("a checksum of three bytes", tcp4(hex("03 0003 000000 040001 00")), 30, "INVALID"),
				Arguments.of("no room for a checksum", tcp4(hex("03 0003 000000")), 28, "INVALID"),
				Arguments.of("two checksums", tcp4(hex("03 0004 00000000 03 0004 00000000")), 35, "INVALID"),
				Arguments.of("a unique id of 129 bytes", tcp4(tlv(0x05, new byte[129])), 30, "INVALID"),
				Arguments.of("a unique id of 256 bytes", tcp4(tlv(0x05, new byte[256])), 29, "INVALID"),
				Arguments.of("an authority that is no UTF-8", tcp4(tlv(0x02, hex("61 ff 62"))), 32, "INVALID"),
				Arguments.of("one in an overlong form", tcp4(tlv(0x02, hex("c0 80"))), 31, "INVALID"),
				Arguments.of("one with a surrogate", tcp4(tlv(0x02, hex("ed a0 80"))), 32, "INVALID"),
				Arguments.of("one cut inside a character", tcp4(tlv(0x02, hex("61 c3"))), 32, "INVALID"),
				Arguments.of("a namespace that is no ASCII", tcp4(tlv(0x30, hex("c3 a4"))), 31, "INVALID"),
				Arguments.of("no room for SSL", tcp4(tlv(0x20, hex("01 000000"))), 28, "INVALID"),
				Arguments.of("SSL of four bytes", tcp4(tlv(0x20, new byte[4]), tlv(0x04, new byte[8])), 30, "INVALID"),
				Arguments.of("SSL with a rest of one byte",
						tcp4(tlv(0x20, join(ssl, new byte[1])), tlv(0x04, new byte[8])), 30, "INVALID"),
				Arguments.of("SSL with an addition too long", tcp4(tlv(0x20, join(ssl, hex("21 0004 ffffff")))), 38,
						"INVALID"),
				Arguments.of("SSL with a version that is no ASCII", tcp4(tlv(0x20, join(ssl, hex("21 0001 80")))), 39,
						"INVALID"),
				Arguments.of("a wrong checksum", tcp4(hex("03 0004 00000001")), 34, "CHECKSUM"));
	}

	private static byte[] tcp4(byte[]... additions) {
		return binary(0x21, 0x11, TCP4_ADDRESSES, join(additions));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("wrongBinary")
	void aHeaderOfVersion2IsRefusedAtItsFirstWrongByte(String name, byte[] bytes, int at, ProxyRefusal reason) {
		assertThat(attempt(bytes)).isEqualTo(new Attempt(null, at, reason));
	}

	@Test
	void aHeaderOfVersion2IsTooLongAsSoonAsItsLengthSaysSo() {
		assertThat(attempt(binary(0x20, 0x00, new byte[MAX - 16])).header()).isNotNull();
		assertThat(attempt(binary(0x20, 0x00, new byte[MAX - 15]))).isEqualTo(tooLong(15));
		assertThat(attempt(binary(0x20, 0x00, new byte[MAX]))).isEqualTo(tooLong(14));
		assertThat(attempt(new ProxyHeaderParser(300), ByteBuffer.wrap(binary(0x20, 0, new byte[285]))))
			.isEqualTo(tooLong(15));
	}

	@Test
	void addressesAndPortsOfBothVersionsAreTold() {
		ProxyHeader text = attempt(text("PROXY TCP4 192.0.2.9 203.0.113.7 5353 443\r\n")).header();
		ProxyHeader binary = attempt(binary(0x21, 0x11, TCP4_ADDRESSES)).header();
		InetSocketAddress source = new InetSocketAddress("192.0.2.9", 5353);
		InetSocketAddress destination = new InetSocketAddress("203.0.113.7", 443);
		assertThat(text).isEqualTo(new ProxyHeader(1, Command.PROXY, Transport.TCP4, source, destination, List.of()));
		assertThat(binary).isEqualTo(new ProxyHeader(2, Command.PROXY, Transport.TCP4, source, destination, List.of()));
		ProxyHeader mapped = attempt(text("PROXY TCP6 ::ffff:192.0.2.9 2001:db8::7 5353 443\r\n")).header();
		assertThat(mapped).isNotNull();
		assertThat(mapped.source()).isEqualTo(source);
		assertThat(mapped.destination()).isEqualTo(new InetSocketAddress("2001:db8::7", 443));
	}

	@Test
	void headersWithoutAnInternetAddressNameNone() {
		for (String name : new String[] { "v1 UNKNOWN, ignored", "v2 LOCAL, skipped", "v2 UNSPEC", "v2 UNIX stream" }) {
			ProxyHeader header = attempt(HeaderBytes.valid().getOrDefault(name, new byte[0])).header();
			assertThat(header).as(name).isNotNull();
			assertThat(header.source()).isNull();
			assertThat(header.destination()).isNull();
		}
	}

	@Test
	void additionsAreToldInTheirOrder() {
		ProxyHeader header = attempt(HeaderBytes.withAdditions()).header();
		assertThat(header).isNotNull();
		assertThat(header.tlvs()).extracting(Tlv::type)
			.containsExactly(0x01, 0x02, 0x03, 0x04, 0x05, 0x20, 0x30, 0xEA, 0xEE, 0xE0, 0xE1, 0xF0);
		assertThat(header.tlvs().get(1).value()).isEqualTo(text("b\u00fccher.example"));
	}

	@Test
	void aLengthAloneCostsNoMemoryAndASkippedBlockNone() throws Exception {
		ProxyHeaderParser parser = new ProxyHeaderParser(1 << 16);
		parser.parse(ByteBuffer.wrap(Arrays.copyOf(binary(0x21, 0x11, new byte[60_000]), 40)));
		assertThat(parser.held()).isEqualTo(64);
		ProxyHeaderParser local = new ProxyHeaderParser(1 << 16);
		local.parse(ByteBuffer.wrap(binary(0x20, 0x11, new byte[60_000])));
		assertThat(local.held()).isEqualTo(64);
	}

	@Test
	void aRefusalNamesTheByteAndTheRule() {
		assertThat(refusal(text("hello"))).hasMessage(
				"Byte 1 of the PROXY header is 0x68: a header begins with 0x50 (version 1) or 0x0D (version 2)");
		assertThat(refusal(text("PROXY TCP4 1.2.3.4 1.2.3.4 01"))).hasMessage(
				"Byte 29 of the PROXY header is 0x31: a port is a number from 0 to 65535 without leading zeros, and a "
						+ "blank follows");
		assertThat(refusal(tcp4(hex("03 0004 00000001")))).hasMessageMatching(
				"Byte 35 of the PROXY header is 0x01: the CRC32C is said to be 0x00000001, and is 0x[0-9A-F]{8}");
	}

	private static ProxyHeaderException refusal(byte[] bytes) {
		try {
			new ProxyHeaderParser(MAX).parse(ByteBuffer.wrap(bytes));
		}
		catch (ProxyHeaderException ex) {
			return ex;
		}
		throw new AssertionError("nothing was refused");
	}

	private static Attempt attempt(byte[] bytes) {
		return attempt(new ProxyHeaderParser(MAX), ByteBuffer.wrap(bytes));
	}

	private static Attempt attempt(ProxyHeaderParser parser, ByteBuffer bytes) {
		try {
			return new Attempt(parser.parse(bytes), -1, null);
		}
		catch (ProxyHeaderException ex) {
			return new Attempt(null, bytes.position() - 1, ex.refusal());
		}
	}

	/** The header of some bytes, or where and why they were refused. */
	private record Attempt(@Nullable ProxyHeader header, int refusedAt, @Nullable ProxyRefusal reason) {

	}

}
