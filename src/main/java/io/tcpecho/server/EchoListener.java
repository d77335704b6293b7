package io.tcpecho.server;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

import io.tcpecho.connection.ListenerCounters;
import io.tcpecho.connection.OpenConnection;
import io.tcpecho.fault.Faults;
import io.tcpecho.fault.ListenerFaults;
import io.tcpecho.gateway.NioServerConnectionFactory;
import io.tcpecho.nio.EventLoop;
import io.tcpecho.nio.ListenException;
import io.tcpecho.settings.ListenerSettings;
import io.tcpecho.text.Labels;
import org.jspecify.annotations.Nullable;

/**
 * An enabled listener: its settings, its connection factory, its counters, and whether it
 * listens. Any thread may call it; changes of the state are made one at a time.
 */
public final class EchoListener {

	private static final Duration ANSWER_TIMEOUT = Duration.ofMillis(500);

	/**
	 * The longest wait for a port to close. It is longer than any turn of a loop whose
	 * service does not block.
	 */
	private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

	private final ListenerSettings settings;

	private final NioServerConnectionFactory connectionFactory;

	private final ListenerCounters counters;

	private final @Nullable ListenerFaults faults;

	private volatile ListenerState state = ListenerState.PAUSED;

	/** Whether it listens on all addresses of IPv4 only, known once it has listened. */
	private volatile boolean allIpv4;

	/**
	 * Create a listener that does not listen yet.
	 * @param faults its faults; null if none can be set
	 */
	EchoListener(ListenerSettings settings, NioServerConnectionFactory connectionFactory, ListenerCounters counters,
			@Nullable ListenerFaults faults) {
		this.settings = settings;
		this.connectionFactory = connectionFactory;
		this.counters = counters;
		this.faults = faults;
	}

	/** Return the name. */
	public String getName() {
		return this.settings.name();
	}

	/** Return the port in use, or the configured port while none is bound. */
	public int getPort() {
		return this.connectionFactory.getPort();
	}

	/**
	 * Return the address that it is bound to, or is to be bound to, as it is configured;
	 * null for all addresses, "all IPv4 addresses" where the Java runtime has no IPv6.
	 */
	public @Nullable String getAddress() {
		return this.allIpv4 ? ListenerDescription.ALL_IPV4 : this.settings.address();
	}

	/** Return how many connections are open. */
	public int getOpenConnections() {
		return this.connectionFactory.getOpenConnections();
	}

	/** Return the counters of its connections. */
	public ListenerCounters getCounters() {
		return this.counters;
	}

	/** Return the settings in force. */
	public ListenerSettings getSettings() {
		return this.settings;
	}

	/** Return its faults; empty unless they are enabled. */
	public Optional<ListenerFaults> getFaults() {
		return Optional.ofNullable(this.faults);
	}

	/**
	 * Put faults in force for the connections that begin from now on, until their time is
	 * over.
	 * @throws IllegalStateException if faults are not enabled
	 */
	public void setFaults(Faults faults) {
		ListenerFaults own = getFaults().orElseThrow(() -> new IllegalStateException("Faults are not enabled"));
		own.set(faults);
		// Connections judge the time themselves; this is for the log.
		this.connectionFactory.getEventLoops()
			.stream()
			.findFirst()
			.ifPresent((loop) -> runLater(loop, faults.lasting(), own::inForce));
	}

	private static void runLater(EventLoop loop, Duration delay, Runnable task) {
		try {
			loop.execute(() -> loop.schedule(delay.toNanos(), task));
		}
		catch (RejectedExecutionException ex) {
			// The listener has stopped.
		}
	}

	/** Return the largest number of open connections. */
	public int getMaxConnections() {
		return this.settings.maxConnections();
	}

	/** Return the connections that are open, as they come and go. */
	public Stream<OpenConnection> openConnections() {
		return this.connectionFactory.openConnections();
	}

	/** Return the open connection with this id. */
	public Optional<OpenConnection> openConnection(String id) {
		return this.connectionFactory.openConnection(id);
	}

	/**
	 * Return whether each event loop has had a heartbeat within this time, or answers
	 * now.
	 * @param time longer than the second between two heartbeats
	 */
	public boolean isResponsive(Duration time) {
		return this.connectionFactory.getEventLoops()
			.stream()
			.allMatch((loop) -> loop.hasBeatWithin(time) || answers(loop));
	}

	/**
	 * Return whether a loop answers now, or a drain has stopped it. After a pause of the
	 * whole process a healthy loop has had no heartbeat for a while.
	 */
	private boolean answers(EventLoop loop) {
		return loop.answersWithin(ANSWER_TIMEOUT) || (this.state == ListenerState.DRAINING && loop.isStopping());
	}

	/** Return its state at the moment. */
	public ListenerState getState() {
		ListenerState current = this.state;
		return (current == ListenerState.LISTENING && !this.connectionFactory.isAccepting()) ? ListenerState.FAILED
				: current;
	}

	/**
	 * Stop accepting. Connects that are already complete are still served, further
	 * connects are refused, and open connections stay open. This method returns once the
	 * port is closed.
	 * @throws ListenerStateException if it drains, or its event loop does not answer
	 */
	public synchronized void pause() {
		requireNotDraining(ListenerState.PAUSED);
		closePort();
		this.state = ListenerState.PAUSED;
	}

	/**
	 * Accept again, on the same port.
	 * @throws ListenerStateException if it drains. Also if the port cannot be bound again
	 * or the event loop does not answer within 5 seconds; it is in state FAILED then, and
	 * may be resumed later
	 */
	public synchronized void resume() {
		requireNotDraining(ListenerState.LISTENING);
		try {
			this.connectionFactory.resumeAccepting();
			this.state = ListenerState.LISTENING;
		}
		catch (ListenException ex) {
			this.state = ListenerState.FAILED;
			throw new ListenerStateException(String.valueOf(ex.getMessage()), ex);
		}
	}

	private void requireNotDraining(ListenerState wanted) {
		if (this.state == ListenerState.DRAINING) {
			throw new ListenerStateException("Listener " + getName() + " is DRAINING and cannot become " + wanted,
					null);
		}
	}

	private void closePort() {
		CompletableFuture<Void> closed = this.connectionFactory.stopAccepting();
		try {
			closed.get(CLOSE_TIMEOUT.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new ListenerStateException("Interrupted while closing the port of listener " + getName(), ex);
		}
		catch (ExecutionException | TimeoutException ex) {
			throw new ListenerStateException("The port of listener " + getName() + " is not closed after "
					+ Labels.of(CLOSE_TIMEOUT) + ": its event loop does not answer", ex);
		}
	}

	/** Accept connections for the first time. */
	synchronized void open() {
		this.connectionFactory.startAccepting();
		this.state = ListenerState.LISTENING;
		this.allIpv4 = this.connectionFactory.getServerSocketAddress() instanceof InetSocketAddress bound
				&& ListenerDescription.isAllIpv4(bound);
	}

	/** Set the state to DRAINING, which is final. */
	synchronized void beginDrain() {
		this.state = ListenerState.DRAINING;
	}

	NioServerConnectionFactory connectionFactory() {
		return this.connectionFactory;
	}

	/** Describe where it listens and the limits in force, in one line. */
	@Override
	public String toString() {
		return (this.connectionFactory.getServerSocketAddress() instanceof InetSocketAddress bound)
				? ListenerDescription.of(this.settings, bound) : "Listener " + getName() + " on no port";
	}

}
