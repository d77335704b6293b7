package io.tcpecho.lab;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import io.tcpecho.connection.ConnectionDetails;
import io.tcpecho.connection.ConnectionSummary;
import io.tcpecho.connection.Outcome;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which connections a lab remembers, and for how long.
 */
class SeenConnectionsTests {

	private final AtomicLong nanos = new AtomicLong();

	private final SeenConnections connections = new SeenConnections(this.nanos::get);

	@Test
	void whenMoreThanAThousandHaveTokensTheOldestIsForgotten() {
		for (int i = 0; i <= SeenConnections.MAX_TOKENS; i++) {
			this.connections.add("t" + i, "lab-" + i, peer(i), this.nanos.get());
		}
		assertThat(this.connections.size()).isEqualTo(SeenConnections.MAX_TOKENS);
		assertThat(this.connections.describe("t0")).isEqualTo("{\"token\": \"t0\", \"known\": false}");
		assertThat(this.connections.describe("t1")).contains("\"known\": true");
		assertThat(this.connections.describe("t1000")).contains("\"known\": true");
	}

	@Test
	void whenTenMinutesHavePassedATokenIsForgotten() {
		this.connections.add("old", "lab-1", peer(1), this.nanos.get());
		this.nanos.addAndGet(Duration.ofMinutes(10).toNanos() - 1);
		this.connections.add("new", "lab-2", peer(2), this.nanos.get());
		assertThat(this.connections.describe("old")).contains("\"known\": true");
		this.nanos.incrementAndGet();
		assertThat(this.connections.describe("old")).isEqualTo("{\"token\": \"old\", \"known\": false}");
		this.connections.add("newer", "lab-3", peer(3), this.nanos.get());
		assertThat(this.connections.size()).isEqualTo(2);
	}

	@Test
	void whenATokenComesAgainTheNewConnectionHasIt() {
		this.connections.add("t", "lab-1", peer(1), this.nanos.get()).received(1);
		this.connections.add("t", "lab-2", peer(2), this.nanos.get()).received(22);
		assertThat(this.connections.describe("t")).contains("\"peer\": \"192.0.2.1:1002\", \"bytesIn\": 22,");
		assertThat(this.connections.size()).isOne();
	}

	@Test
	void whenAConnectionEndsItsOutcomeIsKnownAndNothingIsHeld() {
		SeenConnection seen = this.connections.add("t", "lab-1", peer(1), this.nanos.get());
		this.nanos.addAndGet(5_000);
		seen.received(3);
		seen.fin(this.nanos.get());
		seen.sent(4);
		this.nanos.addAndGet(1_000);
		this.connections.closed(summary("lab-1"));
		this.connections.closed(summary("lab-2"));
		assertThat(this.connections.openCount()).isZero();
		assertThat(this.connections.describe("t")).isEqualTo("{\"token\": \"t\", \"known\": true, "
				+ "\"peer\": \"192.0.2.1:1001\", \"bytesIn\": 3, \"bytesOut\": 4, \"finMicros\": 5, \"rstMicros\": null,"
				+ " \"repliedMicros\": null, \"closedMicros\": 6, \"outcome\": \"replied\", \"end\": \"FIN\"}");
	}

	@Test
	void whenTwoConnectionsHaveTheSamePeerEachHasItsOwnEnd() {
		this.connections.add("first", "lab-1", peer(1), this.nanos.get());
		this.connections.add("second", "lab-2", peer(1), this.nanos.get());
		this.connections.closed(summary("lab-1"));
		assertThat(this.connections.describe("first")).contains("\"outcome\": \"replied\"");
		assertThat(this.connections.describe("second")).contains("\"outcome\": null");
		assertThat(this.connections.openCount()).isOne();
	}

	private static ConnectionSummary summary(String id) {
		return new ConnectionSummary(id, "lab", peer(1), 3, 4, 1, Duration.ZERO, Outcome.REPLIED, true,
				ConnectionDetails.NONE);
	}

	private static InetSocketAddress peer(int number) {
		return new InetSocketAddress("192.0.2.1", 1_000 + number);
	}

}
