package io.tcpecho.nio;

import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

import io.tcpecho.connection.Outcome;
import io.tcpecho.framing.Framing;
import io.tcpecho.testing.Crowd;
import io.tcpecho.testing.NioServer;
import io.tcpecho.testing.Oracle;
import io.tcpecho.testing.Payload;
import io.tcpecho.testing.Peer;
import io.tcpecho.testing.Peer.End;
import io.tcpecho.testing.Peer.Reply;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Connections of every kind in a mix, on one loop and on several: each has one outcome,
 * and nothing is left behind.
 */
class MixedWireTests {

	private static final int CONNECTIONS = 20_000;

	private static final int CLIENTS = 16;

	@ParameterizedTest(name = "{0} event loops")
	@ValueSource(ints = { 1, 4 })
	void whenConnectionsOfEveryKindAreMixedEachHasOneOutcome(int eventLoops) {
		try (NioServer server = NioServer.framing(Framing.EOF).eventLoops(eventLoops).start()) {
			Oracle oracle = Oracle.watch(server);
			AtomicInteger served = new AtomicInteger();
			AtomicInteger empty = new AtomicInteger();
			AtomicInteger oversize = new AtomicInteger();
			AtomicInteger reset = new AtomicInteger();
			Crowd.run(CLIENTS, CONNECTIONS, (number) -> {
				Random random = new Random(number);
				byte[] message = Payload.random(1 + random.nextInt(5 * 1024), number);
				try (Peer peer = Peer.connect(server.port())) {
					switch (random.nextInt(5)) {
						case 0, 1 -> {
							served.incrementAndGet();
							assertThat(peer.send(message).halfClose().readToEnd())
								.isEqualTo(new Reply(message, End.FIN));
						}
						case 2 -> {
							empty.incrementAndGet();
							assertThat(peer.halfClose().readToEnd()).isEqualTo(new Reply(new byte[0], End.FIN));
						}
						case 3 -> {
							oversize.incrementAndGet();
							assertThat(peer.trySend(new byte[5 * 1024 + 1]).readToEnd().end()).isEqualTo(End.RST);
						}
						default -> {
							reset.incrementAndGet();
							peer.send(message).reset();
						}
					}
				}
			});
			assertThat(oracle.settled().accepted()).isEqualTo(CONNECTIONS);
			oracle.ended(Outcome.REPLIED, served.get())
				.ended(Outcome.EMPTY, empty.get())
				.ended(Outcome.OVERSIZE, oversize.get())
				.ended(Outcome.RESET_BY_PEER, reset.get())
				.calls(served.get());
		}
	}

}
