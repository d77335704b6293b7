package io.tcpecho.testing;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;

import io.tcpecho.connection.ListenerCounters;
import io.tcpecho.connection.ListenerObserver;
import io.tcpecho.echo.EchoService;
import io.tcpecho.framing.EofTerminatedDeserializer;
import io.tcpecho.framing.Framing;
import io.tcpecho.gateway.NioInboundGateway;
import io.tcpecho.gateway.NioServerConnectionFactory;
import io.tcpecho.limits.ConnectionTimeouts;
import io.tcpecho.limits.MemoryBudget;
import io.tcpecho.nio.ListenerOptions;
import io.tcpecho.payload.Payload;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.messaging.MessageChannel;
import org.springframework.messaging.MessageHandler;
import org.springframework.messaging.support.GenericMessage;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * The configuration of a {@link NioServer}, and its start. What is not set is as in the
 * application, but for a drain timeout of one second.
 */
public final class NioServerBuilder {

	private static final Duration HALF_A_MINUTE = Duration.ofSeconds(30);

	private final Framing framing;

	private String address = "127.0.0.1";

	private int maxMessageSize = 5 * 1024;

	private boolean truncate;

	private Duration idle = HALF_A_MINUTE;

	private Duration message = HALF_A_MINUTE.multipliedBy(2);

	private Duration service = HALF_A_MINUTE;

	private Duration write = HALF_A_MINUTE;

	private long minWriteRate = 1024;

	private int eventLoops = 1;

	private int maxConnections = 10_000;

	private int maxConnectionsPerAddress;

	private int poolSize;

	private int poolQueue;

	private long maxBuffered = Runtime.getRuntime().maxMemory() / 4;

	private Duration bufferWait = Duration.ofSeconds(2);

	private Duration drainTimeout = Duration.ofSeconds(1);

	private EchoService echo = EchoService.identity();

	private UnaryOperator<ListenerOptions> change = UnaryOperator.identity();

	NioServerBuilder(Framing framing) {
		this.framing = framing;
	}

	/** Listen on another address than 127.0.0.1. */
	public NioServerBuilder address(String address) {
		this.address = address;
		return this;
	}

	/** Limit the bytes of a message. */
	public NioServerBuilder maxMessageSize(int bytes) {
		this.maxMessageSize = bytes;
		return this;
	}

	/** Let the limit end a message; for framing {@code eof} only. */
	public NioServerBuilder truncate() {
		this.truncate = true;
		return this;
	}

	/** Limit the time without a byte. */
	public NioServerBuilder idleTimeout(Duration idle) {
		this.idle = idle;
		return this;
	}

	/** Limit the time from the first byte of a message to its end. */
	public NioServerBuilder messageTimeout(Duration message) {
		this.message = message;
		return this;
	}

	/** Limit the time of the service. */
	public NioServerBuilder serviceTimeout(Duration service) {
		this.service = service;
		return this;
	}

	/** Limit the time in which the client takes no byte of a reply. */
	public NioServerBuilder writeTimeout(Duration write) {
		this.write = write;
		return this;
	}

	/** Set how many bytes of a reply the client must take each second. */
	public NioServerBuilder minWriteRate(long bytes) {
		this.minWriteRate = bytes;
		return this;
	}

	/** Spread the connections over several event loops. */
	public NioServerBuilder eventLoops(int eventLoops) {
		this.eventLoops = eventLoops;
		return this;
	}

	/** Limit the connections. */
	public NioServerBuilder maxConnections(int maxConnections) {
		this.maxConnections = maxConnections;
		return this;
	}

	/** Limit the connections from one address. */
	public NioServerBuilder maxConnectionsPerAddress(int maxConnectionsPerAddress) {
		this.maxConnectionsPerAddress = maxConnectionsPerAddress;
		return this;
	}

	/** Run the service on threads of their own, with the application's default queue. */
	public NioServerBuilder pool(int threads) {
		return pool(threads, 1024);
	}

	/**
	 * Run the service on threads of their own.
	 * @param threads 0 to run it on the event loop
	 * @param queue calls that wait for a thread; further ones wait at their connections
	 */
	public NioServerBuilder pool(int threads, int queue) {
		this.poolSize = threads;
		this.poolQueue = queue;
		return this;
	}

	/** Set the memory budget. */
	public NioServerBuilder maxBuffered(long bytes) {
		this.maxBuffered = bytes;
		return this;
	}

	/** Limit how long the first in the queue for memory waits. */
	public NioServerBuilder bufferWait(Duration bufferWait) {
		this.bufferWait = bufferWait;
		return this;
	}

	/** Set how long a stop waits for open connections. */
	public NioServerBuilder drainTimeout(Duration drainTimeout) {
		this.drainTimeout = drainTimeout;
		return this;
	}

	Duration drainTimeout() {
		return this.drainTimeout;
	}

	/** Replace the echo service. */
	public NioServerBuilder service(EchoService echo) {
		this.echo = echo;
		return this;
	}

	/** Change the options of the listener, for what no method here sets. */
	public NioServerBuilder options(UnaryOperator<ListenerOptions> change) {
		this.change = change;
		return this;
	}

	/** Start the server. */
	public NioServer start() {
		// Logback's own default shows everything, unless an application was started
		// before.
		LoggingSystem.get(getClass().getClassLoader()).setLogLevel(LoggingSystem.ROOT_LOGGER_NAME, LogLevel.INFO);
		Recorder recorder = new Recorder();
		ListenerCounters counters = new ListenerCounters();
		MemoryBudget budget = new MemoryBudget(this.maxBuffered, this.bufferWait);
		ExecutorService pool = (this.poolSize > 0) ? startPool() : null;
		NioServerConnectionFactory factory = connectionFactory(budget, pool, counters, recorder);
		NioInboundGateway gateway = NioInboundGateway.withoutContext(factory, handler(recorder.counting(this.echo)));
		gateway.start();
		NioServer server = new NioServer(factory, budget, counters, recorder, gateway, pool, this);
		factory.startAccepting();
		return server;
	}

	private ExecutorService startPool() {
		CustomizableThreadFactory threads = new CustomizableThreadFactory("tcp-echo-echo-service-");
		threads.setDaemon(true);
		return Executors.newFixedThreadPool(this.poolSize, threads);
	}

	/** Make the connection factory: the one place that knows how it is configured. */
	private NioServerConnectionFactory connectionFactory(MemoryBudget budget, @Nullable ExecutorService pool,
			ListenerObserver... observers) {
		ConnectionTimeouts timeouts = new ConnectionTimeouts(this.idle, this.message, this.service, this.write,
				this.minWriteRate);
		ListenerOptions options = ListenerOptions.of("echo", 0, timeouts, budget)
			.withAddress(this.address)
			.withFraming(this.framing, this.maxMessageSize)
			.withEventLoops(this.eventLoops)
			.withConnectionLimits(this.maxConnections, this.maxConnectionsPerAddress)
			.withObservers(List.of(observers));
		if (this.truncate) {
			options = options.withDeserializer(new EofTerminatedDeserializer(this.maxMessageSize, true));
		}
		if (pool != null) {
			options = options.withServiceExecutor(pool, this.poolSize + this.poolQueue);
		}
		return new NioServerConnectionFactory(this.change.apply(options));
	}

	/** Return a handler that answers null with silence, as a flow may. */
	private static MessageHandler handler(EchoService echo) {
		return (request) -> {
			Payload reply = echo.echo((Payload) request.getPayload());
			if (reply != null && request.getHeaders().getReplyChannel() instanceof MessageChannel replies) {
				replies.send(new GenericMessage<>(reply));
			}
		};
	}

}
