package io.tcpecho.testing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

import io.tcpecho.connection.ListenerCounters;
import io.tcpecho.connection.ListenerObserver;
import io.tcpecho.echo.EchoService;
import io.tcpecho.framing.EofTerminatedDeserializer;
import io.tcpecho.framing.Framing;
import io.tcpecho.nio.ConnectionTimeouts;
import io.tcpecho.nio.MemoryBudget;
import io.tcpecho.nio.NioInboundGateway;
import io.tcpecho.nio.NioServerConnectionFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.integration.channel.DirectChannel;
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

	private final List<ListenerObserver> observers = new ArrayList<>();

	NioServerBuilder(Framing framing) {
		this.framing = framing;
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

	/** Tell observers before those that count and record. */
	public NioServerBuilder observers(ListenerObserver... observers) {
		this.observers.addAll(List.of(observers));
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
		NioServerConnectionFactory factory = connectionFactory(budget, pool,
				Stream.concat(this.observers.stream(), Stream.of(counters, recorder)).toList());
		NioInboundGateway gateway = gateway(factory, handler(recorder.counting(this.echo)));
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
			List<ListenerObserver> all) {
		ConnectionTimeouts timeouts = new ConnectionTimeouts(this.idle, this.message, this.service, this.write,
				this.minWriteRate);
		NioServerConnectionFactory factory = new NioServerConnectionFactory("echo", 0, timeouts, budget);
		factory.setLocalAddress("127.0.0.1");
		factory.setBacklog(1024);
		factory.setFraming(this.framing, this.maxMessageSize);
		if (this.truncate) {
			factory.setDeserializer(new EofTerminatedDeserializer(this.maxMessageSize, true));
		}
		factory.setEventLoops(this.eventLoops);
		factory.setConnectionLimits(this.maxConnections, this.maxConnectionsPerAddress);
		if (pool != null) {
			factory.setServiceExecutor(pool, this.poolSize + this.poolQueue);
		}
		factory.setObservers(all);
		factory.setApplicationEventPublisher((event) -> {
		});
		return factory;
	}

	private static NioInboundGateway gateway(NioServerConnectionFactory factory, MessageHandler handler) {
		StaticListableBeanFactory noBeans = new StaticListableBeanFactory();
		DirectChannel requests = new DirectChannel();
		requests.setBeanFactory(noBeans);
		requests.subscribe(handler);
		NioInboundGateway gateway = new NioInboundGateway();
		gateway.setBeanFactory(noBeans);
		gateway.setConnectionFactory(factory);
		gateway.setRequestChannel(requests);
		gateway.afterPropertiesSet();
		return gateway;
	}

	/** Return a handler that answers null with silence, as a flow may. */
	private static MessageHandler handler(EchoService echo) {
		return (request) -> {
			byte[] reply = echo.echo((byte[]) request.getPayload());
			if (reply != null && request.getHeaders().getReplyChannel() instanceof MessageChannel replies) {
				replies.send(new GenericMessage<>(reply));
			}
		};
	}

}
