package io.tcpecho.proxy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

import io.tcpecho.proxy.ProxyHeaderFormat.Kind;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * The bytes of headers.
 */
class ProxyHeaderFormatTests {

	private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";

	private static final InetSocketAddress LOCAL = address("192.0.2.1", 50000);

	private static final InetSocketAddress PEER = address("198.51.100.2", 7007);

	@Test
	void whenNothingIsGivenTheHeaderNamesTheConnection() {
		assertThat(line(null, null)).isEqualTo("PROXY TCP4 192.0.2.1 198.51.100.2 50000 7007\r\n");
		assertThat(binary(Kind.V2)).isEqualTo(SIGNATURE + "2111000c" + "c0000201" + "c6336402" + "c350" + "1b5f");
	}

	@Test
	void whenAddressesAreGivenTheHeaderNamesThose() {
		assertThat(line(address("10.0.0.1", 1), address("10.0.0.2", 65535)))
			.isEqualTo("PROXY TCP4 10.0.0.1 10.0.0.2 1 65535\r\n");
		assertThat(line(address("2001:db8::1", 1), address("2001:db8::2", 2)))
			.isEqualTo("PROXY TCP6 2001:db8:0:0:0:0:0:1 2001:db8:0:0:0:0:0:2 1 2\r\n");
		assertThat(hex(new ProxyHeaderFormat(Kind.V2, address("2001:db8::1", 1), address("::2", 2), List.of())
			.bytes(LOCAL, PEER)))
			.isEqualTo(SIGNATURE + "21210024" + "20010db8000000000000000000000001" + "00000000000000000000000000000002"
					+ "0001" + "0002");
	}

	@Test
	void whenTheFamiliesDifferTheOneOfIpv4IsMapped() {
		assertThat(line(address("2001:db8::1", 1), null))
			.isEqualTo("PROXY TCP6 2001:db8:0:0:0:0:0:1 ::ffff:198.51.100.2 1 7007\r\n");
		assertThat(hex(new ProxyHeaderFormat(Kind.V2, address("2001:db8::1", 1), null, List.of()).bytes(LOCAL, PEER)))
			.contains("00000000000000000000ffffc6336402");
	}

	@Test
	void whenAnAddressIsNotKnownTheHeaderSaysThat() {
		ProxyHeaderFormat line = new ProxyHeaderFormat(Kind.V1, null, null, List.of());
		ProxyHeaderFormat binary = new ProxyHeaderFormat(Kind.V2, null, null, List.of());
		InetSocketAddress name = InetSocketAddress.createUnresolved("echo.example", 7007);
		for (InetSocketAddress peer : new InetSocketAddress[] { null, name }) {
			assertThat(line.bytes(LOCAL, peer)).asString(StandardCharsets.US_ASCII).isEqualTo("PROXY UNKNOWN\r\n");
			assertThat(hex(binary.bytes(LOCAL, peer))).isEqualTo(SIGNATURE + "21000000");
		}
	}

	@Test
	void whenTheCommandIsLocalThereIsNoAddress() {
		assertThat(binary(Kind.LOCAL)).isEqualTo(SIGNATURE + "20000000");
		assertThat(binary(Kind.LOCAL, "0xE0=00")).isEqualTo(SIGNATURE + "20000004" + "e0000100");
	}

	@Test
	void whenThereAreValuesTheyFollowInTheirOrder() {
		assertThat(binary(Kind.V2, "authority=a.example", "unique-id=00ff", "0xE0=", "alpn=h2", "netns=n"))
			.isEqualTo(SIGNATURE + "21110029" + "c0000201c6336402c3501b5f" + "020009" + hex(bytes("a.example"))
					+ "050002" + "00ff" + "e00000" + "010002" + hex(bytes("h2")) + "300001" + hex(bytes("n")));
	}

	@Test
	void whenAChecksumIsAskedForItIsThatOfTheHeaderWithZerosInItsPlace() {
		byte[] header = format(Kind.V2, "0xE0=aa", "crc32c", "authority=x").bytes(LOCAL, PEER);
		int at = 16 + 12 + 4 + 3;
		int checksum = ByteBuffer.wrap(header).getInt(at);
		ByteBuffer.wrap(header).putInt(at, 0);
		CRC32C expected = new CRC32C();
		expected.update(header);
		assertThat(checksum).isEqualTo((int) expected.getValue()).isNotZero();
		assertThat(binary(Kind.V2, "0x03=00000000")).endsWith("03000400000000");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', value = {
			"color=red | 'color=red' is no TLV, such as authority=NAME, alpn=NAME, netns=NAME, unique-id=HEX, 0xE0=HEX or crc32c",
			"0x00=aa | type 0 of '0x00=aa' is not between 0x01 and 0xFF",
			"0xE0=abc | the value of '0xE0=abc' is not hexadecimal with two digits for each byte, such as 00ff",
			"unique-id=xy | the value of 'unique-id=xy' is not hexadecimal with two digits for each byte, such as 00ff" })
	void whenAValueIsWrongTheMessageSaysWhy(String text, String message) {
		assertThatThrownBy(() -> ProxyTlv.parse(text)).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
	}

	@Test
	void whenAValueIsTooLongTheMessageNamesTheLimit() {
		assertThat(ProxyTlv.parse("unique-id=" + "00".repeat(128)).value()).hasSize(128);
		assertThatThrownBy(() -> ProxyTlv.parse("unique-id=" + "00".repeat(129)))
			.hasMessage("unique-id has 129 bytes, more than 128");
		assertThat(format(Kind.V2, "authority=" + "a".repeat(65_535 - 36 - 3)).bytes(LOCAL, PEER))
			.hasSizeGreaterThan(65_000);
		assertThatThrownBy(() -> format(Kind.V2, "authority=" + "a".repeat(65_535 - 36 - 2)))
			.hasMessage("the values of proxy-tlv make a header of 65536 bytes, more than 65535");
	}

	@Test
	void whenTheKindHasNoPlaceForAValueTheMessageSaysSo() {
		assertThatThrownBy(() -> format(Kind.V1, "alpn=h2"))
			.hasMessage("proxy-tlv needs proxy v2 or local, not v1, which has none");
		assertThatThrownBy(() -> new ProxyHeaderFormat(Kind.LOCAL, LOCAL, null, List.of()))
			.hasMessage("proxy-source needs proxy v1 or v2, not local, which has no addresses");
		assertThatThrownBy(() -> new ProxyHeaderFormat(Kind.LOCAL, null, PEER, List.of()))
			.hasMessage("proxy-destination needs proxy v1 or v2, not local, which has no addresses");
	}

	private static String line(@Nullable InetSocketAddress source, @Nullable InetSocketAddress destination) {
		return new String(new ProxyHeaderFormat(Kind.V1, source, destination, List.of()).bytes(LOCAL, PEER),
				StandardCharsets.US_ASCII);
	}

	private static String binary(Kind kind, String... tlvs) {
		return hex(format(kind, tlvs).bytes(LOCAL, PEER));
	}

	private static ProxyHeaderFormat format(Kind kind, String... tlvs) {
		return new ProxyHeaderFormat(kind, null, null, Stream.of(tlvs).map(ProxyTlv::parse).toList());
	}

	private static String hex(byte[] bytes) {
		return HexFormat.of().formatHex(bytes);
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.US_ASCII);
	}

	private static InetSocketAddress address(String host, int port) {
		try {
			return new InetSocketAddress(InetAddress.getByName(host), port);
		}
		catch (UnknownHostException ex) {
			throw new IllegalArgumentException(ex);
		}
	}

}
