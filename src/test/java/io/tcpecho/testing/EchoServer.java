package io.tcpecho.testing;

import io.tcpecho.connection.ListenerCounters;
import io.tcpecho.gateway.NioServerConnectionFactory;
import io.tcpecho.limits.MemoryBudget;
import io.tcpecho.server.EchoListener;

import org.springframework.context.ConfigurableApplicationContext;

/**
 * The real application with one listener, {@code echo}, on a free port of 127.0.0.1;
 * without management HTTP unless that is asked for. A {@link NioServer} starts faster,
 * and is enough for what {@code nio} alone decides.
 */
public final class EchoServer extends TestServer {

	private final ConfigurableApplicationContext context;

	private final EchoListener listener;

	EchoServer(ConfigurableApplicationContext context, Recorder recorder) {
		super(context.getBean("echo.connectionFactory", NioServerConnectionFactory.class),
				context.getBean(MemoryBudget.class), context.getBean("echo.counters", ListenerCounters.class),
				recorder);
		this.context = context;
		this.listener = context.getBean("echo.listener", EchoListener.class);
	}

	/** Configure a server; {@code framing} is as in application.yml. */
	public static EchoServerBuilder framing(String framing) {
		return new EchoServerBuilder().listener("framing", framing);
	}

	/** Return a client of its management HTTP, if that was asked for. */
	public Management management() {
		return new Management(Integer.parseInt(this.context.getEnvironment().getRequiredProperty("local.server.port")));
	}

	/** Return the listener. */
	public EchoListener listener() {
		return this.listener;
	}

	/** Return the application context. */
	public ConfigurableApplicationContext context() {
		return this.context;
	}

	/** Stop as SIGTERM does: drain, then reset what is left. */
	@Override
	public void close() {
		this.context.close();
	}

}
