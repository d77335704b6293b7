package io.tcpecho.proxy;

import java.nio.ByteBuffer;
import java.util.Map;

import io.tcpecho.connection.ProxyDetails;
import org.junit.jupiter.api.Test;

import static io.tcpecho.proxy.HeaderBytes.TCP4_ADDRESSES;
import static io.tcpecho.proxy.HeaderBytes.binary;
import static io.tcpecho.proxy.HeaderBytes.hex;
import static io.tcpecho.proxy.HeaderBytes.join;
import static io.tcpecho.proxy.HeaderBytes.text;
import static io.tcpecho.proxy.HeaderBytes.tlv;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The form in which operators see a header.
 */
class DetailsReaderTests {

	@Test
	void everyAdditionThatTheSpecificationNamesIsShown() throws Exception {
		ProxyDetails details = read(HeaderBytes.withAdditions());
		assertThat(details).isEqualTo(new ProxyDetails(2, "PROXY", "TCP6", "[2001:db8:0:0:0:0:0:9]:5353",
				"[2001:db8:0:1:2:3:4:5]:443", 7_000, "h2", "b\u00fccher.example", "0x0102ff",
				new ProxyDetails.Ssl(true, true, true, true, "TLSv1.3", "cl\u00efent", "TLS_AES_256_GCM_SHA384",
						"SHA256", "RSA2048", "X25519MLKEM768", "rsa_pss_rsae_sha256",
						"e4f60d0aa6d7f3d3b6a6494b1c861b99f649c6f9ec51abaf201b20f297327c95"),
				"ns1", Map.of("vpceId", "vpce-0123"), Map.of("linkId", 0x01020304L), Map.of("pscConnectionId", "258"),
				Map.of("0xE1", "0xcafe", "0xF0", "0x")));
	}

	@Test
	void whatAHeaderDoesNotSayIsAbsent() throws Exception {
		ProxyDetails details = read(text("PROXY UNKNOWN\r\n"));
		assertThat(details).isEqualTo(new ProxyDetails(1, "PROXY", null, null, null, 7_000, null, null, null, null,
				null, null, null, null, null));
	}

	@Test
	void additionsOfCloudsInAnotherFormAreShownAsBytes() throws Exception {
		ProxyDetails details = read(binary(0x21, 0x11, TCP4_ADDRESSES, tlv(0xEA, hex("02 61")), tlv(0xEE, hex("01")),
				tlv(0xE0, hex("00")), tlv(0xE2, new byte[65]), tlv(0x05, text("id\n")), tlv(0x05, text("two"))));
		assertThat(details.aws()).isNull();
		assertThat(details.azure()).isNull();
		assertThat(details.gcp()).isNull();
		assertThat(details.uniqueId()).isEqualTo("0x69640a");
		assertThat(details.other()).containsOnly(Map.entry("0xEA", "0x0261"), Map.entry("0xEE", "0x01"),
				Map.entry("0xE0", "0x00"), Map.entry("0xE2", "0x" + "00".repeat(64) + "... (65 bytes)"));
	}

	@Test
	void aClientWithoutACertificateIsNotVerified() throws Exception {
		ProxyDetails.Ssl ssl = read(
				binary(0x21, 0x11, TCP4_ADDRESSES, tlv(0x20, join(hex("01 ffffffff"), tlv(0x21, text("TLSv1.2"))))))
			.ssl();
		assertThat(ssl).isEqualTo(
				new ProxyDetails.Ssl(true, false, false, false, "TLSv1.2", null, null, null, null, null, null, null));
	}

	private static ProxyDetails read(byte[] bytes) throws ProxyHeaderException {
		ProxyHeader header = new ProxyHeaderParser(16 * 1024).parse(ByteBuffer.wrap(bytes));
		assertThat(header).isNotNull();
		return DetailsReader.read(header, 7_000_999);
	}

}
