package io.tcpecho.nio;

import java.util.List;
import java.util.concurrent.Executor;
import java.util.regex.Pattern;

import io.tcpecho.connection.ListenerObserver;
import io.tcpecho.framing.FrameDeserializer;
import io.tcpecho.framing.FrameSerializer;
import io.tcpecho.framing.Framing;
import io.tcpecho.limits.ConnectionTimeouts;
import io.tcpecho.limits.MemoryBudget;
import io.tcpecho.wire.Wire;
import org.jspecify.annotations.Nullable;

/**
 * The options of a listener. Immutable; {@link #of} has defaults for options that are
 * rarely set, and each {@code with} method returns a changed copy. An option out of its
 * limits is refused with an {@link IllegalArgumentException} that names the listener, the
 * option, the value and the limits.
 *
 * @param name the name in logs, in the names of threads and in connection ids, of
 * {@code [a-z0-9-]}
 * @param address the local address or host name to listen at, null for all addresses
 * @param port the TCP port, from 0 to 65535; 0 for any free one
 * @param backlog how many complete connects may wait to be accepted, at least 1; Linux
 * takes one more, and at most {@code net.core.somaxconn}
 * @param deserializer finds the end of each message, and limits its size
 * @param serializer puts a reply between its header and trailer
 * @param timeouts the deadlines of each connection
 * @param budget the memory that this and other listeners share
 * @param eventLoops the number of threads that share the connections, at least 1
 * @param maxConnections the largest number of open connections, at least 1; a further one
 * is accepted and reset at once
 * @param maxConnectionsPerAddress the largest number of open connections from one
 * address; 0 for no such limit
 * @param service runs the service; null for the event loops, where the service must not
 * block
 * @param layers the layers that the bytes of each connection pass through, the innermost
 * first
 * @param observers receive the events of the listener, on the event loops and in this
 * order
 */
public record ListenerOptions(String name, @Nullable String address, int port, int backlog,
		FrameDeserializer deserializer, FrameSerializer serializer, ConnectionTimeouts timeouts, MemoryBudget budget,
		int eventLoops, int maxConnections, int maxConnectionsPerAddress, @Nullable ServiceThreads service,
		List<Wire.Layer> layers, List<ListenerObserver> observers) {

	private static final Pattern NAME = Pattern.compile("[a-z0-9-]+");

	private static final int DEFAULT_BACKLOG = 1024;

	private static final int DEFAULT_MAX_MESSAGE_SIZE_IN_BYTES = 5 * 1024;

	public ListenerOptions {
		if (!NAME.matcher(name).matches()) {
			throw new IllegalArgumentException("The name of a listener is '" + name + "', and must be of [a-z0-9-]");
		}
		check(name, "port", port, 0, 65535);
		check(name, "backlog", backlog, 1, Integer.MAX_VALUE);
		check(name, "eventLoops", eventLoops, 1, Integer.MAX_VALUE);
		check(name, "maxConnections", maxConnections, 1, Integer.MAX_VALUE);
		check(name, "maxConnectionsPerAddress", maxConnectionsPerAddress, 0, Integer.MAX_VALUE);
		if (service != null) {
			check(name, "service.capacity", service.capacity(), 1, Integer.MAX_VALUE);
		}
		layers = List.copyOf(layers);
		observers = List.copyOf(observers);
	}

	private static void check(String name, String option, int value, int min, int max) {
		if (value < min || value > max) {
			throw new IllegalArgumentException(
					"Option " + option + " of listener " + name + " is " + value + ", and must be "
							+ ((max == Integer.MAX_VALUE) ? "at least " + min : "from " + min + " to " + max));
		}
	}

	/**
	 * Return the options of a listener at all addresses, with a backlog of 1024, messages
	 * of at most 5 KiB that end with FIN, one event loop that also runs the service, any
	 * number of connections and no observer.
	 * @param port the TCP port, 0 for any free one
	 */
	public static ListenerOptions of(String name, int port, ConnectionTimeouts timeouts, MemoryBudget budget) {
		return new ListenerOptions(name, null, port, DEFAULT_BACKLOG,
				Framing.EOF.deserializer(DEFAULT_MAX_MESSAGE_SIZE_IN_BYTES), Framing.EOF.serializer(), timeouts, budget,
				1, Integer.MAX_VALUE, 0, null, List.of(), List.of());
	}

	/** Listen at one local address, or at all of them if it is null. */
	public ListenerOptions withAddress(@Nullable String address) {
		return new ListenerOptions(this.name, address, this.port, this.backlog, this.deserializer, this.serializer,
				this.timeouts, this.budget, this.eventLoops, this.maxConnections, this.maxConnectionsPerAddress,
				this.service, this.layers, this.observers);
	}

	/** Let so many complete connects wait to be accepted, at least 1. */
	public ListenerOptions withBacklog(int backlog) {
		return new ListenerOptions(this.name, this.address, this.port, backlog, this.deserializer, this.serializer,
				this.timeouts, this.budget, this.eventLoops, this.maxConnections, this.maxConnectionsPerAddress,
				this.service, this.layers, this.observers);
	}

	/**
	 * Use the deserializer and the serializer of a framing.
	 * @param maxMessageSizeInBytes the most payload bytes of a message
	 */
	public ListenerOptions withFraming(Framing framing, int maxMessageSizeInBytes) {
		return new ListenerOptions(this.name, this.address, this.port, this.backlog,
				framing.deserializer(maxMessageSizeInBytes), framing.serializer(), this.timeouts, this.budget,
				this.eventLoops, this.maxConnections, this.maxConnectionsPerAddress, this.service, this.layers,
				this.observers);
	}

	/** Use another deserializer, with the same serializer. */
	public ListenerOptions withDeserializer(FrameDeserializer deserializer) {
		return new ListenerOptions(this.name, this.address, this.port, this.backlog, deserializer, this.serializer,
				this.timeouts, this.budget, this.eventLoops, this.maxConnections, this.maxConnectionsPerAddress,
				this.service, this.layers, this.observers);
	}

	/** Share the connections between so many threads, at least 1. */
	public ListenerOptions withEventLoops(int eventLoops) {
		return new ListenerOptions(this.name, this.address, this.port, this.backlog, this.deserializer, this.serializer,
				this.timeouts, this.budget, eventLoops, this.maxConnections, this.maxConnectionsPerAddress,
				this.service, this.layers, this.observers);
	}

	/**
	 * Limit the connections.
	 * @param inAll the most at a time, at least 1
	 * @param perAddress the most from one address; 0 for no such limit
	 */
	public ListenerOptions withConnectionLimits(int inAll, int perAddress) {
		return new ListenerOptions(this.name, this.address, this.port, this.backlog, this.deserializer, this.serializer,
				this.timeouts, this.budget, this.eventLoops, inAll, perAddress, this.service, this.layers,
				this.observers);
	}

	/**
	 * Run the service on an executor instead of the event loops, for services that block.
	 * @param executor runs it; the listener never shuts it down
	 * @param capacity the most calls it has at a time, running or queued, at least 1;
	 * further ones wait at their connections
	 */
	public ListenerOptions withServiceExecutor(Executor executor, int capacity) {
		return new ListenerOptions(this.name, this.address, this.port, this.backlog, this.deserializer, this.serializer,
				this.timeouts, this.budget, this.eventLoops, this.maxConnections, this.maxConnectionsPerAddress,
				new ServiceThreads(executor, capacity), this.layers, this.observers);
	}

	/** Let the bytes of each connection pass through layers, the innermost first. */
	public ListenerOptions withLayers(List<Wire.Layer> layers) {
		return new ListenerOptions(this.name, this.address, this.port, this.backlog, this.deserializer, this.serializer,
				this.timeouts, this.budget, this.eventLoops, this.maxConnections, this.maxConnectionsPerAddress,
				this.service, layers, this.observers);
	}

	/** Use these observers and no others. */
	public ListenerOptions withObservers(List<ListenerObserver> observers) {
		return new ListenerOptions(this.name, this.address, this.port, this.backlog, this.deserializer, this.serializer,
				this.timeouts, this.budget, this.eventLoops, this.maxConnections, this.maxConnectionsPerAddress,
				this.service, this.layers, observers);
	}

	/** Return whether a layer tells the real address of a peer after the accept. */
	public boolean isPeerNamedLater() {
		return !this.layers.isEmpty() && this.layers.stream().anyMatch(Wire.Layer::namesPeer);
	}

	/**
	 * Threads for a service that may block.
	 *
	 * @param executor runs the calls; the listener never shuts it down
	 * @param capacity the most calls it has at a time, running or queued, at least 1
	 */
	public record ServiceThreads(Executor executor, int capacity) {

	}

}
