package io.tcpecho.soak;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

import io.tcpecho.connection.Outcome;
import io.tcpecho.testing.Crowd;
import io.tcpecho.testing.EchoProcess;
import io.tcpecho.testing.Management;
import io.tcpecho.testing.Payload;
import io.tcpecho.testing.Peer;
import io.tcpecho.testing.Peer.End;
import io.tcpecho.testing.Peer.Reply;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The packaged jar before and after connections that are served, refused, reset and timed
 * out. {@code -Dtest.connections} sets how many.
 */
@Tag("reliability")
class MixedConnectionsIT {

	private static final int CONNECTIONS = Integer.getInteger("test.connections", 20_000);

	/**
	 * What a crowd can do within its patience, and what fills caches before it counts.
	 */
	private static final int BATCH = 10_000;

	private static final int CLIENTS = 32;

	private static final int MAX_CONNECTIONS = 12;

	private static final int MAX_MESSAGE_SIZE = 5 * 1024;

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	@Test
	@DisplayName("Nothing is left of connections that were served, refused, reset or timed out")
	void ofConnectionsOfEveryKindNothingIsLeft() {
		try (EchoProcess process = EchoProcess.configure()
			.listener("eof", "max-connections", MAX_CONNECTIONS)
			.listener("eof", "timeouts.idle", "200ms")
			.start()
			.awaitStarted()) {
			visit(process, 0, BATCH);
			List<Sample> samples = new ArrayList<>(List.of(new Sample(0, awaitQuiet(process))));
			for (int done = 0; done < CONNECTIONS; done += BATCH) {
				visit(process, BATCH + done, Math.min(BATCH, CONNECTIONS - done));
				samples.add(new Sample(Math.min(CONNECTIONS, done + BATCH), awaitQuiet(process)));
			}
			JsonNode listener = listener(process);
			new SoakReport().with("connections", CONNECTIONS)
				.with("outcomes", listener.at("/outcomes"))
				.with("samples", samples)
				.write("reliability-connections.json");
			Footprint least = samples.stream()
				.map(Sample::footprint)
				.min(Comparator.comparing(Footprint::liveHeap))
				.orElseThrow();
			assertThat(samples).allSatisfy((sample) -> sample.footprint().assertNoMoreThan(least, 0));
			assertThat(listener.at("/totalConnections").asInt()).isEqualTo(BATCH + CONNECTIONS);
			assertThat(listener.at("/outcomes").valueStream().mapToInt(JsonNode::asInt).sum())
				.isEqualTo(BATCH + CONNECTIONS);
			assertThat(listener.at("/outcomes").propertyNames()).containsExactlyInAnyOrder(names(Outcome.REPLIED,
					Outcome.EMPTY, Outcome.OVERSIZE, Outcome.RESET_BY_PEER, Outcome.IDLE_TIMEOUT, Outcome.REJECTED));
			assertThat(process.output()).doesNotContainPattern("\\bERROR\\b");
		}
	}

	private static void visit(EchoProcess process, int first, int count) {
		int port = process.port("eof");
		Crowd.run(CLIENTS, count, (number) -> visit(port, first + number));
	}

	/**
	 * Do what clients do; a client that finds no place is reset instead. The first
	 * clients of a crowd are silent all at once, so that there is not a place for each.
	 */
	private static void visit(int port, int number) {
		Random random = new Random(number);
		byte[] message = Payload.random(1 + random.nextInt(MAX_MESSAGE_SIZE), number);
		try (Peer peer = Peer.connect(port)) {
			switch ((number % BATCH < CLIENTS) ? 0 : random.nextInt(200)) {
				case 0 -> assertThat(peer.readToEnd()).isEqualTo(reset());
				case 1, 2, 3, 4, 5, 6, 7, 8, 9 -> peer.trySend(message).reset();
				case 10, 11, 12, 13, 14, 15, 16, 17, 18, 19 ->
					assertThat(peer.trySend(new byte[MAX_MESSAGE_SIZE + 1]).readToEnd()).isEqualTo(reset());
				case 20, 21, 22, 23, 24, 25, 26, 27, 28, 29 ->
					assertThat(peer.readAfterHalfClose()).isIn(new Reply(new byte[0], End.FIN), reset());
				default ->
					assertThat(peer.trySend(message).readAfterHalfClose()).isIn(new Reply(message, End.FIN), reset());
			}
		}
	}

	private static Reply reset() {
		return new Reply(new byte[0], End.RST);
	}

	/** Wait until nothing is open or held, and return what the process has then. */
	private static Footprint awaitQuiet(EchoProcess process) {
		await().atMost(PATIENCE).until(() -> listener(process).at("/openConnections").asInt() == 0);
		assertThat(gauge(process, "tcp.echo.connections.open")).isZero();
		assertThat(gauge(process, "tcp.echo.buffered")).isZero();
		assertThat(management(process).get("/connections").body()).isEqualTo("{\"open\":0,\"connections\":[]}");
		return Footprint.of(process.pid());
	}

	private static JsonNode listener(EchoProcess process) {
		return management(process).get("/listeners/eof").json();
	}

	private static double gauge(EchoProcess process, String name) {
		return management(process).get("/metrics/" + name).json().at("/measurements/0/value").asDouble();
	}

	private static Management management(EchoProcess process) {
		return new Management(process.managementPort());
	}

	private static String[] names(Outcome... outcomes) {
		return Arrays.stream(outcomes).map(Outcome::toString).toArray(String[]::new);
	}

	/** What the process had after so many connections. */
	private record Sample(int connections, Footprint footprint) {

	}

}
