package io.tcpecho.testing;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.tcpecho.connection.ListenerCounters;
import io.tcpecho.framing.Framing;
import io.tcpecho.gateway.NioInboundGateway;
import io.tcpecho.gateway.NioServerConnectionFactory;
import io.tcpecho.limits.MemoryBudget;
import org.jspecify.annotations.Nullable;

/**
 * The server of {@code nio} alone, with one listener on a free port: a connection
 * factory, its gateway and a handler that calls the service. No application context is
 * started.
 */
public final class NioServer extends TestServer {

	private static final int CLOSE_TIMEOUT_IN_SECONDS = 5;

	private final NioInboundGateway gateway;

	private final @Nullable ExecutorService pool;

	private final NioServerBuilder settings;

	private boolean closed;

	NioServer(NioServerConnectionFactory connectionFactory, MemoryBudget budget, ListenerCounters counters,
			Recorder recorder, NioInboundGateway gateway, @Nullable ExecutorService pool, NioServerBuilder settings) {
		super(connectionFactory, budget, counters, recorder);
		this.gateway = gateway;
		this.pool = pool;
		this.settings = settings;
	}

	/** Configure a server. */
	public static NioServerBuilder framing(Framing framing) {
		return new NioServerBuilder(framing);
	}

	/**
	 * Stop in the order that the connection factory documents: close the port, drain, and
	 * reset what is left after the drain timeout.
	 */
	@Override
	public synchronized void close() {
		if (this.closed) {
			return;
		}
		this.closed = true;
		try {
			connectionFactory().stopAccepting().get(CLOSE_TIMEOUT_IN_SECONDS, TimeUnit.SECONDS);
			connectionFactory().drain();
			connectionFactory().awaitNoConnections(this.settings.drainTimeout());
		}
		catch (InterruptedException | ExecutionException | TimeoutException ex) {
			throw new IllegalStateException(ex);
		}
		finally {
			connectionFactory().stop();
			this.gateway.stop();
			if (this.pool != null) {
				this.pool.shutdownNow();
			}
		}
	}

}
