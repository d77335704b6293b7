package io.tcpecho.text;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * How addresses are shown.
 */
class SocketAddressesTests {

	@Test
	void whenThePeerHasAnIpv4AddressItIsShownWithItsPort() throws UnknownHostException {
		assertThat(SocketAddresses.text(peer("192.0.2.7", 4711))).isEqualTo("192.0.2.7:4711");
	}

	@Test
	void whenThePeerHasAnIpv6AddressItStandsInBrackets() throws UnknownHostException {
		assertThat(SocketAddresses.text(peer("2001:db8::7", 4711))).isEqualTo("[2001:db8:0:0:0:0:0:7]:4711");
	}

	@Test
	void whenThePeersAddressIsMappedToIpv6ItIsShownAsIpv4() throws UnknownHostException {
		assertThat(SocketAddresses.text(peer("::ffff:192.0.2.7", 4711))).isEqualTo("192.0.2.7:4711");
	}

	@Test
	void whenThePeersAddressHasANameItIsNotShown() throws UnknownHostException {
		InetAddress named = InetAddress.getByAddress("client.example", new byte[] { (byte) 192, 0, 2, 7 });
		assertThat(SocketAddresses.text(new InetSocketAddress(named, 4711))).isEqualTo("192.0.2.7:4711");
	}

	@Test
	void whenThePeerWasGoneBeforeItWasAskedItIsUnknown() {
		assertThat(SocketAddresses.text(null)).isEqualTo("unknown");
	}

	@ParameterizedTest
	@CsvSource({ "echo.example, echo.example:7", "1.2.3, 1.2.3:7" })
	void whenANameIsNotResolvedItIsShownAsItIs(String name, String shown) {
		assertThat(SocketAddresses.text(InetSocketAddress.createUnresolved(name, 7))).isEqualTo(shown);
	}

	@Test
	void whenBytesAreNoAddressTheMessageTellsHowMany() {
		assertThat(SocketAddresses.ofBytes(new byte[16]).getHostAddress()).isEqualTo("0:0:0:0:0:0:0:0");
		assertThatIllegalArgumentException().isThrownBy(() -> SocketAddresses.ofBytes(new byte[5]))
			.withMessage("An address has 4 or 16 bytes, not 5");
	}

	@ParameterizedTest
	@CsvSource({ "localhost, localhost:7", "192.0.2.7, 192.0.2.7:7", "2001:db8::7, [2001:db8::7]:7", "::1, [::1]:7" })
	void whenAHostAndAPortAreWrittenAnIpv6AddressHasBrackets(String host, String written) {
		assertThat(SocketAddresses.hostAndPort(host, 7)).isEqualTo(written);
	}

	@ParameterizedTest
	@NullSource
	@ValueSource(strings = { "", " ", "0.0.0.0", "::" })
	void whenAnAddressMeansAllOfThemItIsAWildcard(@Nullable String address) {
		assertThat(SocketAddresses.isWildcard(address)).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "127.0.0.1", "::1", "localhost" })
	void whenAnAddressMeansOneItIsNoWildcard(String address) {
		assertThat(SocketAddresses.isWildcard(address)).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "127.0.0.1", "0.0.0.0", "255.255.255.255", "::1", "2001:db8::1", "fe80::1%eth0" })
	void whenAHostIsAnAddressItNeedsNoLookUp(String host) {
		assertThat(SocketAddresses.isAddress(host)).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "localhost", "127.0.0.256", "1.2.3", "1.2.3.4.5", "", "a.b.c.d", "cafe" })
	void whenAHostIsNoAddressItIsAName(String host) {
		assertThat(SocketAddresses.isAddress(host)).isFalse();
	}

	private static InetSocketAddress peer(String address, int port) throws UnknownHostException {
		return new InetSocketAddress(InetAddress.getByName(address), port);
	}

}
