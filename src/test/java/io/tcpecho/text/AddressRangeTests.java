package io.tcpecho.text;

import java.net.InetAddress;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Ranges of addresses.
 */
class AddressRangeTests {

	@ParameterizedTest
	@CsvSource({ "10.0.0.0/8, 10.255.255.255, true", "10.0.0.0/8, 11.0.0.0, false", "10.0.0.0/8, ::1, false",
			"0.0.0.0/0, 255.1.2.3, true", "0.0.0.0/0, ::1, false", "::/0, ::1, true", "::/0, 1.2.3.4, false",
			"127.0.0.2, 127.0.0.2, true", "127.0.0.2, 127.0.0.3, false", "127.0.0.2/31, 127.0.0.3, true",
			"127.0.0.2/31, 127.0.0.4, false", "2001:db8::/33, 2001:db8:7fff::1, true",
			"2001:db8::/33, 2001:db8:8000::1, false", "fe80::1, fe80::1, true",
			"64:ff9b::192.0.2.0/120, 64:ff9b::c000:2ff, true" })
	void aRangeContainsTheAddressesThatBeginWithItsPrefix(String range, String address, boolean contained)
			throws Exception {
		AddressRange parsed = AddressRange.parse(range);
		assertThat(parsed.contains(InetAddress.getByName(address))).isEqualTo(contained);
		assertThat(parsed).hasToString(range);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"',
			textBlock = """
					example.com  | 'example.com' does not begin with an IPv4 or IPv6 address, such as 10.0.0.0/8 or 2001:db8::/32
					10.0.0/8     | '10.0.0/8' does not begin with an IPv4 or IPv6 address, such as 10.0.0.0/8 or 2001:db8::/32
					10.0.0.00/8  | '10.0.0.00/8' does not begin with an IPv4 or IPv6 address, such as 10.0.0.0/8 or 2001:db8::/32
					fe80::1%lo   | 'fe80::1%lo' does not begin with an IPv4 or IPv6 address, such as 10.0.0.0/8 or 2001:db8::/32
					10.0.0.0/33  | '10.0.0.0/33' must have a number from 0 to 32 after '/'
					10.0.0.0/08  | '10.0.0.0/08' must have a number from 0 to 32 after '/'
					10.0.0.0/    | '10.0.0.0/' must have a number from 0 to 32 after '/'
					::/129       | '::/129' must have a number from 0 to 128 after '/'
					10.0.0.1/8   | '10.0.0.1/8' has bits behind its first 8; the range is 10.0.0.0/8
					""")
	void aTextThatIsNoRangeIsRefusedByName(String text, String message) {
		assertThatIllegalArgumentException().isThrownBy(() -> AddressRange.parse(text)).withMessage(message);
	}

	@ParameterizedTest
	@CsvSource({ "127.0.0.1, 127.0.0.0/8, true", "127.0.0.0/8, 127.0.0.0/8, true", "126.0.0.0/7, 127.0.0.0/8, false",
			"0.0.0.0/0, 127.0.0.0/8, false", "128.0.0.0/9, 127.0.0.0/8, false", "::1, ::/0, true",
			"::/0, 0.0.0.0/0, false" })
	void aRangeIsWithinAnotherIfThatHasAllItsAddresses(String range, String other, boolean within) {
		assertThat(AddressRange.parse(range).isWithin(AddressRange.parse(other))).isEqualTo(within);
	}

	@Test
	void everyFormOfAnIpv6AddressIsThatOfTheJdk() throws Exception {
		for (String text : new String[] { "::", "1::", "::1", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8",
				"1::8", "::ffff:1.2.3.4", "1:2:3:4:5:6:1.2.3.4", "1::1.2.3.4", "ABCD:abcd::0" }) {
			Ipv6Text ipv6 = new Ipv6Text();
			assertThat(text.chars().allMatch(ipv6::accept)).as(text).isTrue();
			assertThat(ipv6.isComplete()).as(text).isTrue();
			assertThat(InetAddress.getByAddress(ipv6.bytes())).as(text).isEqualTo(InetAddress.getByName(text));
		}
	}

}
