package io.tcpecho.load;

import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Where the connections of a load come from.
 */
class SourceAddressesTests {

	private static final int SYSTEMS_SHARE = 1_000;

	private final long now = System.nanoTime();

	@Test
	void whenASecondHasManyConnectionsTheLaterOnesComeFromOtherAddressesAndPorts() {
		SourceAddresses sources = SourceAddresses.towards(new InetSocketAddress("127.0.0.1", 7007));
		for (int i = 0; i < SYSTEMS_SHARE; i++) {
			assertThat(sources.next(this.now)).isNull();
		}
		Set<InetSocketAddress> named = new HashSet<>();
		for (int i = 0; i < 400_000; i++) {
			InetSocketAddress source = sources.next(this.now);
			assertThat(source).isNotNull();
			assertThat(named.add(source)).isTrue();
		}
		assertThat(named).allMatch((source) -> source.getAddress().isLoopbackAddress() && source.getPort() >= 32_768
				&& source.getPort() <= 60_999);
	}

	@Test
	void whenASecondBeginsTheSystemChoosesAgain() {
		SourceAddresses sources = SourceAddresses.towards(new InetSocketAddress("127.0.0.1", 7007));
		for (int i = 0; i <= SYSTEMS_SHARE; i++) {
			sources.next(this.now);
		}
		assertThat(sources.next(this.now)).isNotNull();
		assertThat(sources.next(this.now + TimeUnit.SECONDS.toNanos(2))).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "192.0.2.1", "::1" })
	void whenTheTargetHasNoOtherLoopbackAddressesTheSystemChooses(String host) {
		SourceAddresses sources = SourceAddresses.towards(new InetSocketAddress(host, 7007));
		for (int i = 0; i < 2 * SYSTEMS_SHARE; i++) {
			assertThat(sources.next(this.now)).isNull();
		}
	}

}
