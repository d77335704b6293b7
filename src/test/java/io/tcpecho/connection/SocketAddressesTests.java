package io.tcpecho.connection;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How a peer is shown.
 */
class ConnectionSummaryTests {

	@Test
	void whenThePeerHasAnIpv4AddressItIsShownWithItsPort() throws UnknownHostException {
		assertThat(summary(peer("192.0.2.7", 4711)).peerText()).isEqualTo("192.0.2.7:4711");
	}

	@Test
	void whenThePeerHasAnIpv6AddressItStandsInBrackets() throws UnknownHostException {
		assertThat(summary(peer("2001:db8::7", 4711)).peerText()).isEqualTo("[2001:db8:0:0:0:0:0:7]:4711");
	}

	@Test
	void whenThePeersAddressIsMappedToIpv6ItIsShownAsIpv4() throws UnknownHostException {
		assertThat(summary(peer("::ffff:192.0.2.7", 4711)).peerText()).isEqualTo("192.0.2.7:4711");
	}

	@Test
	void whenThePeersAddressHasANameItIsNotShown() throws UnknownHostException {
		InetAddress named = InetAddress.getByAddress("client.example", new byte[] { (byte) 192, 0, 2, 7 });
		assertThat(summary(new InetSocketAddress(named, 4711)).peerText()).isEqualTo("192.0.2.7:4711");
	}

	@Test
	void whenThePeerWasGoneBeforeItWasAskedItIsUnknown() {
		assertThat(summary(null).peerText()).isEqualTo("unknown");
	}

	private static InetSocketAddress peer(String address, int port) throws UnknownHostException {
		return new InetSocketAddress(InetAddress.getByName(address), port);
	}

	private static ConnectionSummary summary(@Nullable InetSocketAddress peer) {
		return new ConnectionSummary("echo-1", "echo", peer, 0, 0, 0, Duration.ZERO, Outcome.REPLIED, true);
	}

}
