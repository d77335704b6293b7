package io.tcpecho.hostile;

import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

import io.tcpecho.testing.Commands;
import io.tcpecho.testing.Crowd;
import io.tcpecho.testing.EchoProcess;
import io.tcpecho.testing.NetworkNamespace;
import io.tcpecho.testing.Payload;
import io.tcpecho.testing.Peer;
import io.tcpecho.testing.Peer.End;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * Exchanges over a network that loses, repeats, delays and reorders packets: each ends in
 * the same bytes and FIN, or in RST, and never in FIN after fewer bytes.
 */
@Tag("reliability")
class LossyNetworkIT {

	private static final int CLIENTS = 32;

	private static final int EXCHANGES = Integer.getInteger("test.exchanges", 500);

	/** As many as are done within the patience of a crowd. */
	private static final int BATCH = 500;

	private static final int LARGEST = 64 * 1024;

	private final long seed = Long.getLong("test.seed", System.nanoTime());

	@Test
	void whenPacketsAreLostRepeatedAndReorderedNoReplyIsShort(@TempDir Path directory) {
		Path relay = Commands.compile(directory.resolve("relay"), "relay.c");
		// 3 % lost, 3 % twice, up to 10 ms late: two packets in three overtake another.
		try (NetworkNamespace network = NetworkNamespace.behind(relay, this.seed, 3, 3, 10)) {
			assertNoReplyIsShort(network);
		}
	}

	@Test
	void whenTheKernelEmulatesSuchANetworkNoReplyIsShort() {
		try (NetworkNamespace network = NetworkNamespace.connected()) {
			requireNetem(network);
			network.shape("netem", "loss", "3%", "duplicate", "3%", "delay", "5ms", "5ms", "reorder", "25%", "50%");
			assertNoReplyIsShort(network);
		}
	}

	/** Not every kernel has it: where the test must not be skipped, it is told so. */
	private static void requireNetem(NetworkNamespace network) {
		boolean there = network.run("sh", "-c", "tc qdisc add dev lo root netem delay 1ms 2>&1 || true").isEmpty();
		if (!"true".equals(System.getProperty("test.netem"))) {
			assumeThat(there).as("The kernel has netem (sch_netem)").isTrue();
		}
		assertThat(there).as("The kernel has netem (sch_netem)").isTrue();
	}

	private static End exchange(NetworkNamespace network, int port, long seed) {
		byte[] message = Payload.random(new Random(seed).nextInt(LARGEST + 1), seed);
		try (Peer peer = Peer.connectTo(network.address(), port, 0)) {
			End end = peer.trySend(message).tryHalfClose().readEcho(message);
			assertThat(end).as("end of the exchange with seed %d", seed).isNotEqualTo(End.NONE);
			return end;
		}
	}

	private void assertNoReplyIsShort(NetworkNamespace network) {
		AtomicInteger complete = new AtomicInteger();
		try (EchoProcess process = EchoProcess.configure()
			.inside(network)
			.withoutManagement()
			.listener("eof", "max-message-size", LARGEST + "B")
			.listener("eof", "timeouts.idle", "5s")
			.listener("eof", "timeouts.message", "10s")
			.listener("eof", "timeouts.write", "5s")
			.start()
			.awaitStarted()) {
			int port = process.port("eof");
			for (int done = 0; done < EXCHANGES; done += BATCH) {
				int first = done;
				Crowd.run(CLIENTS, Math.min(BATCH, EXCHANGES - done), (number) -> {
					if (exchange(network, port, this.seed + first + number) == End.FIN) {
						complete.incrementAndGet();
					}
				});
			}
			assertThat(network.run("nstat", "-z", "-a", "TcpRetransSegs")).as("segments that the server sent again")
				.containsPattern("TcpRetransSegs +[1-9]");
			assertThat(process.output()).doesNotContainPattern("\\b(WARN|ERROR)\\b");
		}
		assertThat(complete).as("complete replies, seed %d", this.seed).hasValueGreaterThan(EXCHANGES * 9 / 10);
	}

}
