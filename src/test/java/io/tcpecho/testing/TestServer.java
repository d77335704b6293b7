package io.tcpecho.testing;

import java.lang.management.ManagementFactory;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

import io.tcpecho.connection.ConnectionSummary;
import io.tcpecho.connection.ListenerCounters;
import io.tcpecho.connection.Outcome;
import io.tcpecho.gateway.NioServerConnectionFactory;
import io.tcpecho.limits.MemoryBudget;
import io.tcpecho.nio.EventLoop;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

import org.springframework.integration.ip.tcp.connection.TcpConnection;
import org.springframework.integration.ip.tcp.connection.TcpSender;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A server that runs for a test, with one listener on a free port of 127.0.0.1: what it
 * has counted, and bounded waits for it.
 */
public abstract class TestServer implements AutoCloseable {

	private static final Duration PATIENCE = Duration.ofSeconds(10);

	private static final Duration POLL_INTERVAL = Duration.ofMillis(5);

	private final NioServerConnectionFactory connectionFactory;

	private final MemoryBudget budget;

	private final ListenerCounters counters;

	private final Recorder recorder;

	private final OpenConnections openConnections = new OpenConnections();

	/**
	 * Watch the connections of a factory that has started.
	 * @param recorder also counts the calls of the service
	 */
	TestServer(NioServerConnectionFactory connectionFactory, MemoryBudget budget, ListenerCounters counters,
			Recorder recorder) {
		this.connectionFactory = connectionFactory;
		this.budget = budget;
		this.counters = counters;
		this.recorder = recorder;
		connectionFactory.registerSender(this.openConnections);
	}

	/** Return its port. */
	public int port() {
		return this.connectionFactory.getPort();
	}

	/** Return how often the echo service was called. */
	public int serviceCalls() {
		return this.recorder.serviceCalls();
	}

	/** Return how many connections ended this way. */
	public long outcomes(Outcome outcome) {
		return this.counters.count(outcome);
	}

	/** Return how many connections were accepted, those rejected at once included. */
	public long accepted() {
		return this.counters.acceptedCount();
	}

	/** Return how many connections are open. */
	public int open() {
		return this.connectionFactory.getOpenConnections();
	}

	/** Return what was told of the connections that have ended. */
	public List<ConnectionSummary> summaries() {
		return this.recorder.summaries();
	}

	/** Return the processor time that the event loops have used. */
	public Duration loopTime() {
		return Duration.ofNanos(threads("tcp-echo-echo-").map(Thread::getId)
			.mapToLong(ManagementFactory.getThreadMXBean()::getThreadCpuTime)
			.sum());
	}

	/** Return the live threads whose names begin so. */
	public static Stream<Thread> threads(String prefix) {
		return Thread.getAllStackTraces().keySet().stream().filter((thread) -> thread.getName().startsWith(prefix));
	}

	/** Return the connection factory. */
	public NioServerConnectionFactory connectionFactory() {
		return this.connectionFactory;
	}

	/** Return the memory budget. */
	public MemoryBudget budget() {
		return this.budget;
	}

	/** Return what the listener counts. */
	public ListenerCounters counters() {
		return this.counters;
	}

	/** Wait until a number of connections has ended in this way since the start. */
	public void awaitOutcomes(Outcome outcome, long count) {
		await().untilAsserted(
				() -> assertThat(outcomes(outcome)).as("connections that ended " + outcome).isEqualTo(count));
	}

	/** Wait until so many connections are open. */
	public void awaitOpen(int count) {
		await().untilAsserted(() -> assertThat(open()).as("open connections").isEqualTo(count));
	}

	/** Wait until so many connections wait for memory. */
	public void awaitWaiting(int count) {
		await()
			.untilAsserted(() -> assertThat(budget().waiting()).as("connections waiting for memory").isEqualTo(count));
	}

	/** Wait until no connection holds memory, though some may be open. */
	public void awaitNoMemory() {
		await().untilAsserted(() -> assertThat(budget().used()).as("bytes of the memory budget in use").isZero());
	}

	/** Wait until the service has been called so often since the start. */
	public void awaitServiceCalls(int count) {
		await().untilAsserted(() -> assertThat(serviceCalls()).as("calls of the service").isEqualTo(count));
	}

	/**
	 * Wait until nothing is open, and assert that nothing is left behind: no memory, no
	 * connection in any map, and one outcome for each accepted connection.
	 */
	public void awaitQuiet() {
		awaitAccepted();
		awaitOpen(0);
		assertThat(budget().used()).as("bytes of the memory budget in use").isZero();
		assertThat(budget().waiting()).as("connections waiting for memory").isZero();
		await().untilAsserted(
				() -> assertThat(connectionFactory().getOpenConnectionIds()).as("registered connections").isEmpty());
		await().untilAsserted(
				() -> assertThat(this.openConnections.ids).as("connections that a gateway would know").isEmpty());
		assertThat(this.counters.closedCount()).as("outcomes").isEqualTo(accepted());
	}

	/**
	 * Wait until nothing is open, and assert that each accepted connection has ended in
	 * one of these ways.
	 */
	public void assertEachEndedBy(Outcome... outcomes) {
		awaitQuiet();
		assertThat(Stream.of(outcomes).mapToLong(this::outcomes).sum())
			.as("connections that ended by %s", List.of(outcomes))
			.isEqualTo(accepted());
	}

	/**
	 * Wait until every connection that is complete is accepted, and thus open: those in
	 * the queue are not, and neither are those that a loop is about to take.
	 */
	private void awaitAccepted() {
		await().untilAsserted(() -> assertThat(AcceptQueue.length(port())).as("accept queue").isZero());
		for (EventLoop loop : connectionFactory().getEventLoops()) {
			await().until(CompletableFuture.runAsync(() -> {
			}, loop)::isDone);
		}
	}

	/** Wait until the port is closed: a connect is refused. */
	public void awaitPortClosed(int port) {
		await().until(() -> {
			try (Socket socket = new Socket()) {
				socket.connect(new InetSocketAddress("127.0.0.1", port));
				return !socket.isConnected();
			}
			catch (ConnectException ex) {
				return true;
			}
		});
	}

	/** Wait for something that is expected to be so soon, at most 10 seconds. */
	static ConditionFactory await() {
		return Awaitility.await().atMost(PATIENCE).pollDelay(Duration.ZERO).pollInterval(POLL_INTERVAL);
	}

	/** Stop: drain, then reset what is left. */
	@Override
	public abstract void close();

	/** Begin to stop, on another thread. */
	public CompletableFuture<Void> closeLater() {
		return CompletableFuture.runAsync(this::close);
	}

	/** Knows the connections that senders, such as the gateway, are told of. */
	private static final class OpenConnections implements TcpSender {

		private final Set<String> ids = ConcurrentHashMap.newKeySet();

		@Override
		public void addNewConnection(TcpConnection connection) {
			this.ids.add(connection.getConnectionId());
		}

		@Override
		public void removeDeadConnection(TcpConnection connection) {
			this.ids.remove(connection.getConnectionId());
		}

	}

}
