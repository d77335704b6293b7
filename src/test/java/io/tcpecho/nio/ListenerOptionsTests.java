package io.tcpecho.nio;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

import io.tcpecho.connection.ListenerObserver;
import io.tcpecho.framing.EofTerminatedDeserializer;
import io.tcpecho.framing.FrameSerializer;
import io.tcpecho.framing.Framing;
import io.tcpecho.gateway.NioServerConnectionFactory;
import io.tcpecho.limits.ConnectionTimeouts;
import io.tcpecho.limits.MemoryBudget;
import io.tcpecho.wire.Wire;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * The options of a listener: their defaults, their limits and their changes.
 */
class ListenerOptionsTests {

	private static final Duration LONG = Duration.ofMinutes(5);

	private final ConnectionTimeouts timeouts = new ConnectionTimeouts(LONG, LONG, LONG, LONG, 0);

	private final MemoryBudget budget = new MemoryBudget(1000, LONG);

	private final ListenerOptions options = options("one", 0);

	@Test
	void theDefaultsAreThoseThatTheDocumentationNames() {
		assertThat(this.options.name()).isEqualTo("one");
		assertThat(this.options.address()).isNull();
		assertThat(this.options.port()).isZero();
		assertThat(this.options.backlog()).isEqualTo(1024);
		assertThat(this.options.deserializer().isSingleMessage()).isTrue();
		assertThat(this.options.deserializer().getMaxMessageSize()).isEqualTo(5 * 1024);
		assertThat(this.options.timeouts()).isSameAs(this.timeouts);
		assertThat(this.options.budget()).isSameAs(this.budget);
		assertThat(this.options.eventLoops()).isEqualTo(1);
		assertThat(this.options.maxConnections()).isEqualTo(Integer.MAX_VALUE);
		assertThat(this.options.maxConnectionsPerAddress()).isZero();
		assertThat(this.options.service()).isNull();
		assertThat(this.options.observers()).isEmpty();
	}

	@Test
	void eachChangeKeepsTheOthers() {
		Executor executor = Runnable::run;
		EofTerminatedDeserializer deserializer = new EofTerminatedDeserializer(7, true);
		ListenerObserver observer = (connection) -> {
		};
		Wire.Layer layer = (below, host) -> below;
		ListenerOptions changed = this.options.withFraming(Framing.LINE, 100)
			.withDeserializer(deserializer)
			.withAddress("127.0.0.1")
			.withBacklog(2)
			.withEventLoops(3)
			.withConnectionLimits(4, 5)
			.withServiceExecutor(executor, 6)
			.withLayers(List.of(layer))
			.withObservers(List.of(observer));
		FrameSerializer serializer = changed.serializer();
		assertThat(serializer.trailer()).as("of framing line").isEqualTo(Framing.LINE.serializer().trailer());
		ListenerOptions expected = new ListenerOptions("one", "127.0.0.1", 0, 2, deserializer, serializer,
				this.timeouts, this.budget, 3, 4, 5, new ListenerOptions.ServiceThreads(executor, 6), List.of(layer),
				List.of(observer));
		assertThat(changed).isEqualTo(expected);
		assertThat(changed.withAddress(null)
			.withBacklog(2)
			.withEventLoops(3)
			.withConnectionLimits(4, 5)
			.withServiceExecutor(executor, 6)
			.withDeserializer(deserializer)
			.withLayers(List.of(layer))
			.withObservers(List.of(observer))
			.withAddress("127.0.0.1")).isEqualTo(expected);
	}

	@Test
	void whenTheListOfObserversIsChangedAfterwardsTheOptionsAreNot() {
		List<ListenerObserver> observers = new ArrayList<>();
		Wire.Layer layer = (below, host) -> below;
		ListenerOptions changed = this.options.withObservers(observers);
		observers.add((connection) -> {
		});
		assertThat(changed.observers()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "One", "one two", "one_two" })
	void whenANameHasOtherCharactersItIsRefused(String name) {
		assertThatIllegalArgumentException().isThrownBy(() -> options(name, 0))
			.withMessage("The name of a listener is '" + name + "', and must be of [a-z0-9-]");
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 65534, 65535 })
	void whenAPortIsWithinTheLimitsItIsTaken(int port) {
		assertThat(options("one", port).port()).isEqualTo(port);
	}

	@ParameterizedTest
	@ValueSource(ints = { -1, 65536 })
	void whenAPortIsOutsideTheLimitsItIsRefused(int port) {
		assertThatIllegalArgumentException().isThrownBy(() -> options("one", port))
			.withMessage("Option port of listener one is " + port + ", and must be from 0 to 65535");
	}

	@ParameterizedTest
	@CsvSource({ "backlog, 0, 1, 1, 0, 1", "eventLoops, 1, 0, 1, 0, 1", "maxConnections, 1, 1, 0, 0, 1",
			"maxConnectionsPerAddress, 1, 1, 1, -1, 1", "service.capacity, 1, 1, 1, 0, 0" })
	void whenANumberIsOneBelowItsLimitItIsRefused(String option, int backlog, int eventLoops, int connections,
			int perAddress, int capacity) {
		String limits = option.equals("maxConnectionsPerAddress") ? "-1, and must be at least 0"
				: "0, and must be at least 1";
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.options.withBacklog(backlog)
				.withEventLoops(eventLoops)
				.withConnectionLimits(connections, perAddress)
				.withServiceExecutor(Runnable::run, capacity))
			.withMessage("Option " + option + " of listener one is " + limits);
	}

	@Test
	void whenEachNumberIsAtItsLimitTheOptionsAreTaken() {
		ListenerOptions least = this.options.withBacklog(1)
			.withEventLoops(1)
			.withConnectionLimits(1, 0)
			.withServiceExecutor(Runnable::run, 1);
		assertThat(least.maxConnections()).isEqualTo(1);
	}

	@Test
	void whenAFactoryHasItsOptionsItsDeserializerAndSerializerCannotBeReplaced() {
		NioServerConnectionFactory factory = new NioServerConnectionFactory(this.options);
		assertThat(factory.getDeserializer()).isSameAs(this.options.deserializer());
		assertThat(factory.getSerializer()).isSameAs(this.options.serializer());
		assertThatExceptionOfType(UnsupportedOperationException.class)
			.isThrownBy(() -> factory.setDeserializer(this.options.deserializer()))
			.withMessage("The deserializer of listener one is set by its ListenerOptions");
		assertThatExceptionOfType(UnsupportedOperationException.class)
			.isThrownBy(() -> factory.setSerializer(this.options.serializer()))
			.withMessage("The serializer of listener one is set by its ListenerOptions");
	}

	private ListenerOptions options(String name, int port) {
		return ListenerOptions.of(name, port, this.timeouts, this.budget);
	}

}
