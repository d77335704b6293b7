package io.tcpecho.testing;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import io.tcpecho.TcpEchoApplication;
import io.tcpecho.connection.Outcome;
import io.tcpecho.echo.EchoService;
import io.tcpecho.nio.MemoryBudget;
import io.tcpecho.nio.NioServerConnectionFactory;
import io.tcpecho.server.EchoListener;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The real application with one listener, {@code echo}, on a free port of 127.0.0.1 and
 * without management HTTP. It counts the calls of its echo service.
 */
public final class EchoServer implements AutoCloseable {

	private static final Duration PATIENCE = Duration.ofSeconds(10);

	private final ConfigurableApplicationContext context;

	private final EchoListener listener;

	private final AtomicInteger serviceCalls;

	private EchoServer(ConfigurableApplicationContext context, AtomicInteger serviceCalls) {
		this.context = context;
		this.listener = context.getBean(EchoListener.class);
		this.serviceCalls = serviceCalls;
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

	/** Return the listener. */
	public EchoListener listener() {
		return this.listener;
	}

	/** Return the connection factory. */
	public NioServerConnectionFactory connectionFactory() {
		return this.context.getBean(NioServerConnectionFactory.class);
	}

	/** Return the memory budget. */
	public MemoryBudget budget() {
		return this.context.getBean(MemoryBudget.class);
	}

	/** Return the application context. */
	public ConfigurableApplicationContext context() {
		return this.context;
	}

	/** Wait until a number of connections has ended in this way since the start. */
	public void awaitOutcomes(Outcome outcome, long count) {
		await().atMost(PATIENCE)
			.untilAsserted(
					() -> assertThat(outcomes(outcome)).as("connections that ended " + outcome).isEqualTo(count));
	}

	/**
	 * Wait until nothing is open, and assert that nothing is left behind: no memory, no
	 * connection in any map, and one outcome for each accepted connection.
	 */
	public void awaitQuiet() {
		await().atMost(PATIENCE)
			.untilAsserted(() -> assertThat(this.listener.getOpenConnections()).as("open connections").isZero());
		assertThat(budget().used()).as("bytes of the memory budget in use").isZero();
		assertThat(budget().waiting()).as("connections waiting for memory").isZero();
		await().atMost(PATIENCE)
			.untilAsserted(() -> assertThat(connectionFactory().getOpenConnectionIds()).as("registered connections")
				.isEmpty());
		assertThat(this.listener.getCounters().closedCount()).as("outcomes")
			.isEqualTo(this.listener.getCounters().acceptedCount());
	}

	@Override
	public void close() {
		this.context.close();
	}

	/** The configuration of a server. */
	public static final class Builder {

		private final Map<String, String> properties = new LinkedHashMap<>();

		private EchoService service = EchoService.identity();

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

		/** Start the server. */
		public EchoServer start() {
			AtomicInteger calls = new AtomicInteger();
			EchoService counting = (message) -> {
				calls.incrementAndGet();
				return this.service.echo(message);
			};
			String[] arguments = this.properties.entrySet()
				.stream()
				.map((property) -> "--" + property.getKey() + "=" + property.getValue())
				.toArray(String[]::new);
			ConfigurableApplicationContext context = new SpringApplicationBuilder(TcpEchoApplication.class)
				.web(WebApplicationType.NONE)
				.registerShutdownHook(false)
				.initializers((starting) -> ((GenericApplicationContext) starting).registerBean("countingEchoService",
						EchoService.class, () -> counting, (definition) -> definition.setPrimary(true)))
				.run(arguments);
			return new EchoServer(context, calls);
		}

	}

}
