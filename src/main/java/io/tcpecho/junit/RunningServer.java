package io.tcpecho.junit;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

import io.tcpecho.fault.ListenerFaults;
import io.tcpecho.gateway.NioInboundGateway;
import io.tcpecho.gateway.NioServerConnectionFactory;
import io.tcpecho.limits.ConnectionTimeouts;
import io.tcpecho.limits.MemoryBudget;
import io.tcpecho.nio.ListenerOptions;

import org.springframework.messaging.Message;
import org.springframework.messaging.MessageChannel;
import org.springframework.messaging.support.GenericMessage;

/**
 * An echo server that runs: a connection factory and its gateway, without an application
 * context.
 */
final class RunningServer implements AutoCloseable {

	/** The name in logs and in the names of threads. */
	static final String NAME = "echo";

	private static final String ADDRESS = "127.0.0.1";

	/** How long a test waits for the end of connections. */
	private static final Duration PATIENCE = Duration.ofSeconds(10);

	private static final Duration BUFFER_WAIT = Duration.ofSeconds(2);

	private static final Duration SERVICE_TIMEOUT = Duration.ofSeconds(30);

	private static final long MIN_WRITE_RATE_IN_BYTES = 1024;

	private final ServerOptions options;

	private final ListenerFaults faults = new ListenerFaults(NAME);

	private final Seen seen = new Seen(PATIENCE);

	private final NioServerConnectionFactory factory;

	private final NioInboundGateway gateway;

	private RunningServer(ServerOptions options) {
		this.options = options;
		ConnectionTimeouts timeouts = new ConnectionTimeouts(options.idleTimeout(), options.messageTimeout(),
				SERVICE_TIMEOUT, options.writeTimeout(), MIN_WRITE_RATE_IN_BYTES);
		this.factory = new NioServerConnectionFactory(
				ListenerOptions.of(NAME, 0, timeouts, new MemoryBudget(ServerOptions.maxBuffered(), BUFFER_WAIT))
					.withAddress(ADDRESS)
					.withFraming(options.framing(), options.maxMessageSize())
					.withConnectionLimits(options.maxConnections(), 0)
					.withLayers(List.of(this.seen, this.faults))
					.withObservers(List.of(this.seen)));
		this.gateway = NioInboundGateway.withoutContext(this.factory, RunningServer::echo);
	}

	/** Start a server: when this returns, it accepts. */
	static RunningServer start(ServerOptions options, FaultPlan faults) {
		RunningServer server = new RunningServer(options);
		server.set(faults);
		try {
			server.gateway.start();
			server.factory.startAccepting();
			return server;
		}
		catch (RuntimeException ex) {
			server.close();
			throw ex;
		}
	}

	private static void echo(Message<?> request) {
		if (request.getHeaders().getReplyChannel() instanceof MessageChannel replies) {
			replies.send(new GenericMessage<>(request.getPayload()));
		}
	}

	/** Put faults in force for the connections that begin from now on. */
	void set(FaultPlan plan) {
		if (plan.isEmpty()) {
			this.faults.remove();
		}
		else {
			this.faults.set(plan.faults(this.options.framing()));
		}
	}

	InetSocketAddress address() {
		return new InetSocketAddress(ADDRESS, this.factory.getPort());
	}

	Seen seen() {
		return this.seen;
	}

	/** Close the port, reset every connection and wait for the end of the event loop. */
	@Override
	public void close() {
		this.factory.stop();
		this.gateway.stop();
	}

}
