package io.tcpecho.soak;

import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

import io.tcpecho.connection.Outcome;
import io.tcpecho.testing.EchoProcess;
import io.tcpecho.testing.FreePort;
import io.tcpecho.testing.Management;
import io.tcpecho.testing.Payload;
import io.tcpecho.testing.Peer;
import io.tcpecho.testing.Peer.End;
import io.tcpecho.testing.Peer.Reply;
import io.tcpecho.testing.Waits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The jar as a process, and what a bad day does to it. Each kind of chaos asserts what
 * its own clients see, and leaves a server that serves.
 */
final class Chaos implements AutoCloseable {

	/** Connections at a time. */
	static final int MAX_CONNECTIONS = 200;

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private static final Duration DRAIN_TIMEOUT = Duration.ofSeconds(5);

	/** Less than the hard limit of any system. */
	private static final int ENOUGH_DESCRIPTORS = 4096;

	private static final int PAUSE_IN_MILLIS = 2_000;

	/** More than the socket buffers of both sides take. */
	private static final int LARGE = 12 * 1024 * 1024;

	private static final int SMALL_RECEIVE_BUFFER = 8 * 1024;

	private final int port = FreePort.next();

	private volatile EchoProcess process = start(this.port);

	/** Return the port, which is the same after a restart. */
	int port() {
		return this.port;
	}

	/** Return the number of the process, which is another after a restart. */
	long pid() {
		return this.process.pid();
	}

	/** Return how many connections are open. */
	int openConnections() {
		return listener("/openConnections");
	}

	/** Return the bytes of the memory budget in use. */
	long buffered() {
		return (long) management().get("/metrics/tcp.echo.buffered").json().at("/measurements/0/value").asDouble();
	}

	private int outcomes(Outcome outcome) {
		return listener("/outcomes/" + outcome);
	}

	private int listener(String pointer) {
		return management().get("/listeners/eof").json().at(pointer).asInt();
	}

	private Management management() {
		return new Management(this.process.managementPort());
	}

	/**
	 * Readers stop within a reply and are reset after {@code timeouts.write}.
	 */
	void readersStop() {
		byte[] message = Payload.random(LARGE, 27);
		int before = outcomes(Outcome.WRITE_TIMEOUT);
		List<Peer> readers = peers(3, (i) -> Peer.connect(this.port, SMALL_RECEIVE_BUFFER).send(message).halfClose());
		readers.forEach((reader) -> assertThat(reader.read(1000)).isEqualTo(Arrays.copyOf(message, 1000)));
		await().atMost(PATIENCE)
			.until(() -> outcomes(Outcome.WRITE_TIMEOUT) - before, (resets) -> resets == readers.size());
		for (Peer reader : readers) {
			Reply rest = reader.readToEnd();
			assertThat(rest.end()).isEqualTo(End.RST);
			assertThat(rest.bytes()).isEqualTo(Arrays.copyOfRange(message, 1000, 1000 + rest.bytes().length));
		}
		readers.forEach(Peer::close);
	}

	/** More clients than max-connections: those too many are reset. */
	void clientsFlood() {
		int tooMany = 100;
		List<Peer> flood = peers(MAX_CONNECTIONS + tooMany, (i) -> Peer.connect(this.port));
		List<Reply> replies = new ArrayList<>();
		// Once the last has its answer, all others have been accepted.
		for (int i = flood.size() - 1; i >= 0; i--) {
			replies.add(flood.get(i).readAfterHalfClose());
		}
		assertThat(replies).allSatisfy((reply) -> {
			assertThat(reply.bytes()).isEmpty();
			assertThat(reply.end()).isIn(End.FIN, End.RST);
		});
		assertThat(replies).filteredOn((reply) -> reply.end() == End.RST).hasSizeGreaterThanOrEqualTo(tooMany);
		flood.forEach(Peer::close);
	}

	/** No descriptors for a while: the clients that wait are served afterwards. */
	void descriptorsRunOut() {
		int places = 20;
		int limit = Footprint.descriptors(pid()) + places;
		this.process.limit("nofile", limit);
		List<Peer> waiting;
		try {
			waiting = peers(3 * places, (i) -> Peer.connect(this.port).send("wait "));
			await().atMost(PATIENCE).until(() -> Footprint.descriptors(pid()) >= limit - 2);
			assertThat(waiting.get(waiting.size() - 1).isSilentFor(500)).isTrue();
		}
		finally {
			this.process.limit("nofile", ENOUGH_DESCRIPTORS);
		}
		waiting.forEach((peer) -> peer.send(" for it").halfClose());
		waiting.forEach((peer) -> assertThat(peer.readToEnd()).isEqualTo(reply("wait  for it")));
		waiting.forEach(Peer::close);
	}

	/** SIGTERM while work is in flight, which is finished; then a new start. */
	void restart() {
		List<Peer> halfSent = peers(10, (i) -> Peer.connect(this.port).send("in "));
		this.process.terminate();
		await().atMost(PATIENCE).until(this::isRefused);
		halfSent.forEach((peer) -> peer.send("flight").halfClose());
		halfSent.forEach((peer) -> assertThat(peer.readToEnd()).isEqualTo(reply("in flight")));
		assertThat(this.process.awaitExit(DRAIN_TIMEOUT.plusSeconds(5))).isIn(0, 128 + 15);
		assertThat(this.process.output()).doesNotContainPattern("\\bERROR\\b");
		assertThat(this.process.errors()).isEmpty();
		halfSent.forEach(Peer::close);
		this.process.close();
		this.process = start(this.port);
	}

	/** The process stands still: clients that connect meanwhile are served afterwards. */
	void processPauses() {
		this.process.pause();
		List<Peer> waiting;
		try {
			waiting = peers(50, (i) -> Peer.connect(this.port).send("message " + i).halfClose());
			Waits.pause(PAUSE_IN_MILLIS);
		}
		finally {
			this.process.resume();
		}
		for (int i = 0; i < waiting.size(); i++) {
			assertThat(waiting.get(i).readToEnd()).isEqualTo(reply("message " + i));
			waiting.get(i).close();
		}
	}

	private boolean isRefused() {
		try {
			Peer.connect(this.port).close();
			return false;
		}
		catch (UncheckedIOException ex) {
			assertThat(ex).hasCauseInstanceOf(ConnectException.class);
			return true;
		}
	}

	private static List<Peer> peers(int count, IntFunction<Peer> peer) {
		return IntStream.range(0, count).mapToObj(peer).toList();
	}

	private static Reply reply(String text) {
		return new Reply(text.getBytes(StandardCharsets.US_ASCII), End.FIN);
	}

	private static EchoProcess start(int port) {
		return EchoProcess.configure()
			.listener("eof", "port", port)
			.listener("eof", "max-connections", MAX_CONNECTIONS)
			.listener("eof", "max-message-size", LARGE + "B")
			.listener("eof", "timeouts.idle", "10s")
			.listener("eof", "timeouts.write", "2s")
			.argument("tcp-echo.max-buffered", "128MB")
			.jvmOption("-Xmx512m")
			.argument("tcp-echo.drain.timeout", DRAIN_TIMEOUT.toSeconds() + "s")
			.start()
			.awaitStarted();
	}

	@Override
	public void close() {
		this.process.close();
	}

}
