package io.tcpecho.server;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.tcpecho.connection.Outcome;
import io.tcpecho.gateway.NioServerConnectionFactory;
import io.tcpecho.settings.ServerSettings;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.env.MapPropertySource;

/**
 * Opens the listeners after all other beans have started, and drains them before any
 * other bean stops. So no client reaches a listener whose flow does not run, and
 * readiness and meters stay visible during the drain.
 *
 * <p>
 * The drain runs on the thread that closes the context, without a thread or a callback of
 * its own, so Spring's time limit for a phase does not cut it short.
 */
class ServerLifecycle implements SmartLifecycle {

	private static final Log logger = LogFactory.getLog(ServerLifecycle.class);

	/** The log of what changes the server from outside, as operators' actions do. */
	private static final Log audit = LogFactory.getLog("tcpecho.audit");

	private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

	private final ConfigurableApplicationContext context;

	private final ServerSettings settings;

	private final List<EchoListener> listeners;

	private volatile boolean running;

	ServerLifecycle(ConfigurableApplicationContext context, ServerSettings settings, List<EchoListener> listeners) {
		this.context = context;
		this.settings = settings;
		this.listeners = listeners;
	}

	@Override
	public int getPhase() {
		return Integer.MAX_VALUE;
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public void start() {
		publishPorts();
		this.listeners.forEach(EchoListener::open);
		this.running = true;
		if (this.listeners.isEmpty()) {
			logger.warn("No listener is enabled: see tcp-echo.listeners");
		}
		this.listeners.forEach((listener) -> logger.info(listener.toString()));
		logger.info("Memory for messages: " + this.settings.maxBufferedInBytes() + " bytes (tcp-echo.max-buffered)");
	}

	private void publishPorts() {
		Map<String, Object> ports = new LinkedHashMap<>();
		this.listeners
			.forEach((listener) -> ports.put("local.tcp-echo." + listener.getName() + ".port", listener.getPort()));
		var sources = this.context.getEnvironment().getPropertySources();
		sources.remove("tcp-echo.ports");
		sources.addFirst(new MapPropertySource("tcp-echo.ports", ports));
	}

	@Override
	public void stop() {
		AvailabilityChangeEvent.publish(this.context, ReadinessState.REFUSING_TRAFFIC);
		this.listeners.forEach(EchoListener::beginDrain);
		report(new DrainBegan(openConnections(), this.settings.drain().delay(), this.settings.drain().timeout()));
		try {
			drain();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		finally {
			factories().forEach(NioServerConnectionFactory::stop);
			this.running = false;
		}
	}

	private void drain() throws InterruptedException {
		Duration delay = this.settings.drain().delay();
		if (!delay.isZero()) {
			Delay.of(delay);
		}
		long start = System.nanoTime();
		long closedBefore = closedConnections();
		long endedBefore = endedByThemselves();
		closePorts();
		long open = acceptedConnections() - closedBefore;
		factories().forEach(NioServerConnectionFactory::drain);
		for (NioServerConnectionFactory factory : factories()) {
			long left = this.settings.drain().timeout().toNanos() - (System.nanoTime() - start);
			factory.awaitNoConnections(Duration.ofNanos(Math.max(0, left)));
		}
		long ended = endedByThemselves() - endedBefore;
		long reset = closedConnections() - closedBefore - ended + openConnections();
		report(new DrainEnded(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start), open, ended, reset));
	}

	private void report(Object event) {
		audit.info(event);
		this.context.publishEvent(event);
	}

	private void closePorts() throws InterruptedException {
		CompletableFuture<?>[] closed = factories().stream()
			.map(NioServerConnectionFactory::stopAccepting)
			.toArray(CompletableFuture<?>[]::new);
		try {
			CompletableFuture.allOf(closed).get(CLOSE_TIMEOUT.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (ExecutionException | TimeoutException ex) {
			logger.error(
					"The port of a listener could not be closed in time; connects that wait to be accepted are reset",
					ex);
		}
	}

	private List<NioServerConnectionFactory> factories() {
		return this.listeners.stream().map(EchoListener::connectionFactory).toList();
	}

	private int openConnections() {
		return this.listeners.stream().mapToInt(EchoListener::getOpenConnections).sum();
	}

	private long acceptedConnections() {
		return this.listeners.stream().mapToLong((listener) -> listener.getCounters().acceptedCount()).sum();
	}

	/** Return how many connections have ended with FIN, or because the client did. */
	private long endedByThemselves() {
		return this.listeners.stream()
			.map(EchoListener::getCounters)
			.mapToLong((counters) -> counters.finishedCount() + counters.count(Outcome.RESET_BY_PEER))
			.sum();
	}

	private long closedConnections() {
		return this.listeners.stream().mapToLong((listener) -> listener.getCounters().closedCount()).sum();
	}

}
