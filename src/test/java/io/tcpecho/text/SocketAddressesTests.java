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

	private static InetSocketAddress peer(String address, int port) throws UnknownHostException {
		return new InetSocketAddress(InetAddress.getByName(address), port);
	}

}
