package io.tcpecho.monitor;

import java.net.InetAddress;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What requests may have probed.
 */
class AllowListTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			10.0.0.0/8         | 10.1.2.3         | 10.1.2.3        | true
			10.0.0.0/8         | echo.example.com | 10.1.2.3        | true
			10.0.0.0/8         | 11.1.2.3         | 11.1.2.3        | false
			echo.example.com   | echo.example.com | 192.0.2.1       | true
			echo.example.com   | ECHO.example.com. | 192.0.2.1      | true
			echo.example.com   | a.echo.example.com | 192.0.2.1     | false
			*.example.com      | a.b.example.com  | 192.0.2.1       | true
			*.example.com      | example.com      | 192.0.2.1       | false
			*.example.com      | badexample.com   | 192.0.2.1       | false
			echo.example.com   | 192.0.2.1        | 192.0.2.1       | false
			""")
	void anAddressOfARangeAndANameOfTheListAreAllowed(String entry, String host, String address, boolean allowed)
			throws Exception {
		assertThat(AllowList.of(List.of(entry)).permits(host, InetAddress.getByName(address))).isEqualTo(allowed);
	}

	@ParameterizedTest
	@CsvSource({ "127.0.0.1", "169.254.169.254", "100.100.100.200", "168.63.129.16", "0.0.0.0", "0.1.2.3", "::1", "::",
			"fe80::1", "fd00:ec2::254", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::1",
			"::7f00:1", "224.0.0.1", "ff02::1" })
	void neitherANameNorARangeOfEverythingAllowsAnAddressOfThisMachineItsLinkOrItsCloud(String address)
			throws Exception {
		AllowList list = AllowList.of(List.of("0.0.0.0/0", "::/0", "rebound.example.com"));
		assertThat(list.permits("rebound.example.com", InetAddress.getByName(address))).isFalse();
		assertThat(list.permits(address, InetAddress.getByName(address))).isFalse();
	}

	@ParameterizedTest
	@CsvSource({ "127.0.0.0/8, 127.0.0.1, true", "127.0.0.1, 127.0.0.2, false", "::1, ::1, true",
			"127.0.0.0/8, ::ffff:127.0.0.1, true", "fe80::/10, fe80::1, true", "169.254.0.0/16, 169.254.1.1, true",
			"0.0.0.0/8, 0.0.0.0, false", "ff00::/8, ff02::1, false", "126.0.0.0/7, 127.0.0.1, false" })
	void aRangeWithinTheirsAllowsThem(String entry, String address, boolean allowed) throws Exception {
		assertThat(AllowList.of(List.of(entry)).permits(address, InetAddress.getByName(address))).isEqualTo(allowed);
	}

	@Test
	void whenANameOfLoopbackIsAllowedWithItsRangeItIsProbed() throws Exception {
		AllowList list = AllowList.of(List.of("localhost", "127.0.0.0/8"));
		assertThat(list.permits("localhost", InetAddress.getByName("127.0.0.1"))).isTrue();
		assertThat(AllowList.of(List.of()).isEmpty()).isTrue();
		assertThat(list.isEmpty()).isFalse();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"',
			textBlock = """
					10.0.0.1/8      | '10.0.0.1/8' has bits behind its first 8; the range is 10.0.0.0/8
					echo example    | 'echo example' is neither a range of addresses, such as 10.0.0.0/8, nor a name, such as echo.example.com or *.example.com
					*               | '*' is neither a range of addresses, such as 10.0.0.0/8, nor a name, such as echo.example.com or *.example.com
					http://x        | 'http://x' is neither a range of addresses, such as 10.0.0.0/8, nor a name, such as echo.example.com or *.example.com
					""")
	void whatIsNeitherIsRefusedByName(String entry, String message) {
		assertThatIllegalArgumentException().isThrownBy(() -> AllowList.of(List.of(entry))).withMessage(message);
	}

}
