package io.tcpecho.testing;

import java.lang.management.ManagementFactory;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import io.tcpecho.TcpEchoApplication;
import io.tcpecho.connection.ListenerObserver;
import io.tcpecho.connection.ConnectionSummary;
import io.tcpecho.connection.Outcome;
import io.tcpecho.connection.ListenerCounters;
import io.tcpecho.echo.EchoService;
import io.tcpecho.nio.EventLoop;
import io.tcpecho.nio.ListenerOptions;
import io.tcpecho.nio.MemoryBudget;
import io.tcpecho.nio.NioServerConnectionFactory;
import io.tcpecho.server.EchoListener;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.integration.ip.tcp.connection.TcpConnection;
import org.springframework.integration.ip.tcp.connection.TcpSender;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The real application with one listener, {@code echo}, on a free port of 127.0.0.1;
 * without management HTTP unless that is asked for. It counts the calls of its echo
 * service.
 */
public final class EchoServer implements AutoCloseable {

	private static final Duration PATIENCE = Duration.ofSeconds(10);

	private static final Duration POLL_INTERVAL = Duration.ofMillis(5);

	private final ConfigurableApplicationContext context;

	private final EchoListener listener;

	private final NioServerConnectionFactory connectionFactory;

	private final MemoryBudget budget;

	private final AtomicInteger serviceCalls;

	private final Recorder recorder;

	private final OpenConnections openConnections = new OpenConnections();

	private EchoServer(ConfigurableApplicationContext context, AtomicInteger serviceCalls, Recorder recorder) {
		this.context = context;
		this.listener = context.getBean("echo.listener", EchoListener.class);
		this.connectionFactory = context.getBean("echo.connectionFactory", NioServerConnectionFactory.class);
		this.budget = context.getBean(MemoryBudget.class);
		this.serviceCalls = serviceCalls;
		this.recorder = recorder;
		this.connectionFactory.registerSender(this.openConnections);
	}

	/** Configure a server; {@code framing} is as in application.yml. */
	public static Builder framing(String framing) {
		return new Builder().listener("framing", framing);
	}

	/** Return its port. */
	public int port() {
		return this.listener.getPort();
	}

	/** Return how often the echo service was called. */
	public int serviceCalls() {
		return this.serviceCalls.get();
	}

	/** Return how many connections ended this way. */
	public long outcomes(Outcome outcome) {
		return this.listener.getCounters().count(outcome);
	}

	/** Return how many connections were accepted, those rejected at once included. */
	public long accepted() {
		return this.listener.getCounters().acceptedCount();
	}

	/** Return how many connections are open. */
	public int open() {
		return this.listener.getOpenConnections();
	}

	/**
	 * Return what was told of the connections that have ended, if that was asked for.
	 * @see Builder#recorded()
	 */
	public List<ConnectionSummary> summaries() {
		return List.copyOf(this.recorder.summaries);
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

	/** Return a client of its management HTTP, if that was asked for. */
	public Management management() {
		return new Management(Integer.parseInt(this.context.getEnvironment().getRequiredProperty("local.server.port")));
	}

	/** Return the listener. */
	public EchoListener listener() {
		return this.listener;
	}

	/** Return the connection factory. */
	public NioServerConnectionFactory connectionFactory() {
		return this.connectionFactory;
	}

	/** Return the memory budget. */
	public MemoryBudget budget() {
		return this.budget;
	}

	/** Return the application context. */
	public ConfigurableApplicationContext context() {
		return this.context;
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
		await().untilAsserted(() -> assertThat(this.listener.getOpenConnections()).as("open connections").isZero());
		assertThat(budget().used()).as("bytes of the memory budget in use").isZero();
		assertThat(budget().waiting()).as("connections waiting for memory").isZero();
		await().untilAsserted(
				() -> assertThat(connectionFactory().getOpenConnectionIds()).as("registered connections").isEmpty());
		await().untilAsserted(
				() -> assertThat(this.openConnections.ids).as("connections that a gateway would know").isEmpty());
		assertThat(this.listener.getCounters().closedCount()).as("outcomes").isEqualTo(accepted());
	}

	/**
	 * Wait until everybody who has connected is accepted, and thus open: those in the
	 * queue are not, and neither are those that a loop is about to take.
	 */
	private void awaitAccepted() {
		await().untilAsserted(() -> assertThat(AcceptQueue.length(port())).as("accept queue").isZero());
		for (EventLoop loop : connectionFactory().getEventLoops()) {
			await().until(CompletableFuture.runAsync(() -> {
			}, loop)::isDone);
		}
	}

	/** Wait for something that is expected to be so soon, 10 seconds at most. */
	static ConditionFactory await() {
		return Awaitility.await().atMost(PATIENCE).pollDelay(Duration.ZERO).pollInterval(POLL_INTERVAL);
	}

	/** Stop as SIGTERM does: drain, then reset what is left. */
	@Override
	public void close() {
		this.context.close();
	}

	/** Begin to stop, on another thread. */
	public CompletableFuture<Void> closeLater() {
		return CompletableFuture.runAsync(this::close);
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

	/** The configuration of a server. */
	public static final class Builder {

		private final Map<String, String> properties = new LinkedHashMap<>();

		private EchoService service = EchoService.identity();

		private UnaryOperator<ListenerOptions> options = UnaryOperator.identity();

		private boolean recorded;

		private WebApplicationType web = WebApplicationType.NONE;

		private Builder() {
			property("tcp-echo.listeners.eof.enabled", "false");
			property("tcp-echo.drain.timeout", "1s");
			listener("port", "0");
			listener("address", "127.0.0.1");
		}

		/** Set a property of the listener, for example {@code timeouts.idle}. */
		public Builder listener(String key, Object value) {
			return property("tcp-echo.listeners.echo." + key, value.toString());
		}

		/** Set any property. */
		public Builder property(String key, String value) {
			this.properties.put(key, value);
			return this;
		}

		/** Replace the echo service. */
		public Builder service(EchoService service) {
			this.service = service;
			return this;
		}

		/** Change the options of the listener, for what no property can set. */
		public Builder options(UnaryOperator<ListenerOptions> change) {
			UnaryOperator<ListenerOptions> before = this.options;
			this.options = (options) -> change.apply(before.apply(options));
			return this;
		}

		/** Keep what is told of each connection at its end; nobody else is told then. */
		public Builder recorded() {
			this.recorded = true;
			return this;
		}

		/** Serve management HTTP, too, on a free port of 127.0.0.1. */
		public Builder management() {
			this.web = WebApplicationType.SERVLET;
			return property("server.port", "0");
		}

		/** Start the server. */
		public EchoServer start() {
			// Spring Boot leaves it behind when a context had it, for every later one.
			System.clearProperty("CONSOLE_LOG_STRUCTURED_FORMAT");
			AtomicInteger calls = new AtomicInteger();
			Recorder recorder = new Recorder();
			EchoService counting = (message) -> {
				calls.incrementAndGet();
				return this.service.echo(message);
			};
			String[] arguments = this.properties.entrySet()
				.stream()
				.map((property) -> "--" + property.getKey() + "=" + property.getValue())
				.toArray(String[]::new);
			ConfigurableApplicationContext context = new SpringApplicationBuilder(TcpEchoApplication.class)
				.web(this.web)
				.registerShutdownHook(false)
				.initializers((starting) -> ((GenericApplicationContext) starting).registerBean("countingEchoService",
						EchoService.class, () -> counting, (definition) -> definition.setPrimary(true)))
				.initializers((starting) -> {
					if (this.recorded) {
						options(recorder::into);
					}
					starting.getBeanFactory().addBeanPostProcessor(new OptionsChange(this.options));
				})
				.run(arguments);
			return new EchoServer(context, calls, recorder);
		}

	}

	/** Keeps what observers are told. */
	private static final class Recorder implements ListenerObserver {

		private final Queue<ConnectionSummary> summaries = new ConcurrentLinkedQueue<>();

		@Override
		public void closed(ConnectionSummary connection) {
			this.summaries.add(connection);
		}

		/** Return the options with no observers but this one and the counters. */
		ListenerOptions into(ListenerOptions options) {
			return options.withObservers(Stream
				.concat(options.observers().stream().filter(ListenerCounters.class::isInstance), Stream.of(this))
				.toList());
		}

	}

	/** Changes the options of the listener, before its connection factory is made. */
	private record OptionsChange(UnaryOperator<ListenerOptions> change) implements BeanPostProcessor {

		@Override
		public Object postProcessBeforeInitialization(Object bean, String beanName) {
			return (bean instanceof ListenerOptions options) ? this.change.apply(options) : bean;
		}

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
