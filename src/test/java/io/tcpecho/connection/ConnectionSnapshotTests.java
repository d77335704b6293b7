package io.tcpecho.connection;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An open connection at one moment.
 */
class ConnectionSnapshotTests {

	private static final Instant OPENED = Instant.parse("2026-11-21T22:35:13Z");

	@Test
	void whenItIsTakenMakesNoDifferenceToWhenAConnectionWasLastActive() {
		Instant active = OPENED.plusSeconds(7);
		assertThat(taken(Duration.ofSeconds(7), Duration.ZERO).lastActiveAt()).isEqualTo(active);
		assertThat(taken(Duration.ofSeconds(10), Duration.ofSeconds(3)).lastActiveAt()).isEqualTo(active);
	}

	private static ConnectionSnapshot taken(Duration age, Duration idle) {
		InetSocketAddress address = new InetSocketAddress("127.0.0.1", 7007);
		return new ConnectionSnapshot("eof-1", "eof", address, address, OPENED, age, idle, Phase.READING, false, 0, 0,
				0, ConnectionDetails.NONE);
	}

}
