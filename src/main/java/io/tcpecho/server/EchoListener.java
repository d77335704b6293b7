package io.tcpecho.server;

import java.net.InetSocketAddress;

import io.tcpecho.connection.OutcomeCounters;
import io.tcpecho.nio.NioServerConnectionFactory;

/**
 * An enabled listener: its settings, its connection factory and its counters. Any thread
 * may call it.
 */
public final class EchoListener {

	private final ListenerSettings settings;

	private final NioServerConnectionFactory connectionFactory;

	private final OutcomeCounters counters;

	EchoListener(ListenerSettings settings, NioServerConnectionFactory connectionFactory, OutcomeCounters counters) {
		this.settings = settings;
		this.connectionFactory = connectionFactory;
		this.counters = counters;
	}

	/** Return the name. */
	public String getName() {
		return this.settings.name();
	}

	/** Return the port in use, the configured one while it is not bound. */
	public int getPort() {
		return this.connectionFactory.getPort();
	}

	/** Return how many connections are open. */
	public int getOpenConnections() {
		return this.connectionFactory.getOpenConnections();
	}

	/** Return how its connections ended so far. */
	public OutcomeCounters getCounters() {
		return this.counters;
	}

	NioServerConnectionFactory connectionFactory() {
		return this.connectionFactory;
	}

	/** Describe where it listens and the limits in force, in one line. */
	@Override
	public String toString() {
		TcpEchoProperties.Listener properties = this.settings.properties();
		TcpEchoProperties.Timeouts timeouts = properties.timeouts();
		return "Listener " + getName() + " on " + address() + ", framing " + Labels.of(properties.framing()) + ": "
				+ messages() + ", " + this.settings.maxConnections() + " connections"
				+ ((properties.maxConnectionsPerAddress() > 0)
						? " (" + properties.maxConnectionsPerAddress() + " an address)" : "")
				+ ", timeouts idle " + Labels.of(timeouts.idle()) + ", message " + Labels.of(timeouts.message())
				+ ", service " + Labels.of(timeouts.service()) + ", write " + Labels.of(timeouts.write())
				+ ", event loops " + properties.eventLoops() + ", executor " + Labels.of(properties.executor());
	}

	private String messages() {
		int size = this.settings.maxMessageSizeInBytes();
		return switch (this.settings.properties().framing()) {
			case FIXED -> "messages of " + size + " bytes";
			case STREAM -> "bytes as they come";
			default -> "messages up to " + size + " bytes (on oversize "
					+ Labels.of(this.settings.properties().onOversize()) + ")";
		};
	}

	private String address() {
		return (this.connectionFactory.getServerSocketAddress() instanceof InetSocketAddress address)
				? (address.getAddress().isAnyLocalAddress() ? "all addresses" : address.getAddress().getHostAddress())
						+ " port " + address.getPort()
				: "no port";
	}

}
