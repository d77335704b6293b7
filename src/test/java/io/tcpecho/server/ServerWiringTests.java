package io.tcpecho.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

import io.tcpecho.connection.ListenerCounters;
import io.tcpecho.connection.Outcome;
import io.tcpecho.echo.EchoService;
import io.tcpecho.gateway.NioServerConnectionFactory;
import io.tcpecho.nio.ListenException;
import io.tcpecho.settings.ConfigurationRefusedException;
import io.tcpecho.settings.ServerSettings;
import io.tcpecho.testing.FreePort;
import io.tcpecho.testing.Peer;
import io.tcpecho.testing.Peer.End;
import io.tcpecho.testing.Peer.Reply;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.availability.ApplicationAvailabilityAutoConfiguration;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.integration.autoconfigure.IntegrationAutoConfiguration;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.core.io.support.SpringFactoriesLoader.FailureHandler;
import org.springframework.integration.dsl.IntegrationFlow;
import org.springframework.integration.endpoint.EventDrivenConsumer;
import org.springframework.integration.ip.tcp.inbound.TcpInboundGateway;
import org.springframework.messaging.MessageChannel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The beans of the listeners, and what is left when they cannot start.
 */
class ServerWiringTests {

	private static final Set<String> NAMES = Set.of("counters", "options", "connectionFactory", "flow", "gateway",
			"requests", "echo", "listener");

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(IntegrationAutoConfiguration.class,
				ApplicationAvailabilityAutoConfiguration.class))
		.withUserConfiguration(ServerConfiguration.class);

	private final ApplicationContextRunner listening = this.contextRunner
		.withPropertyValues("tcp-echo.listeners.one.port=0", "tcp-echo.listeners.one.address=127.0.0.1");

	@BeforeAll
	static void keepSpringQuiet() {
		LoggingSystem.get(ServerWiringTests.class.getClassLoader()).setLogLevel("org.springframework", LogLevel.ERROR);
	}

	@AfterAll
	static void letSpringSpeak() {
		LoggingSystem.get(ServerWiringTests.class.getClassLoader()).setLogLevel("org.springframework", null);
	}

	@AfterEach
	void noThreadIsLeftBehind() {
		await().untilAsserted(() -> assertThat(serverThreads()).isEmpty());
	}

	@Test
	void whenAListenerIsEnabledItsBeansAreNamedAfterIt() {
		this.listening.run((context) -> {
			assertThat(context.getBean("one.counters")).isInstanceOf(ListenerCounters.class);
			assertThat(context.getBean("one.connectionFactory")).isInstanceOf(NioServerConnectionFactory.class);
			assertThat(context.getBean("one.flow")).isInstanceOf(IntegrationFlow.class);
			assertThat(context.getBean("one.gateway")).isInstanceOf(TcpInboundGateway.class);
			assertThat(context.getBean("one.requests")).isInstanceOf(MessageChannel.class);
			assertThat(context.getBean("one.echo", EventDrivenConsumer.class).getHandler())
				.isInstanceOf(EchoHandler.class);
			assertThat(context.getBean("one.listener")).isInstanceOf(EchoListener.class);
			assertThat(context).hasSingleBean(ServerLifecycle.class);
		});
	}

	@Test
	void whenAListenerIsDisabledItHasNoBeans() {
		this.listening.withPropertyValues("tcp-echo.listeners.two.enabled=false", "tcp-echo.listeners.two.port=0")
			.run((context) -> {
				assertThat(context).hasSingleBean(EchoListener.class);
				assertThat(beanNames(context, "one")).containsAll(NAMES);
				assertThat(beanNames(context, "two")).isEmpty();
				assertThat(context.getEnvironment().containsProperty("local.tcp-echo.two.port")).isFalse();
			});
	}

	@Test
	void whenNoListenerIsEnabledTheContextStarts() {
		this.contextRunner.run((context) -> {
			assertThat(context).hasNotFailed().doesNotHaveBean(EchoListener.class);
			assertThat(context.getBean(ServerLifecycle.class).isRunning()).isTrue();
		});
	}

	@Test
	void whenTwoListenersTakeAnyPortBothAnswerOnTheirOwn() {
		this.listening
			.withPropertyValues("tcp-echo.listeners.two.port=0", "tcp-echo.listeners.two.address=127.0.0.1",
					"tcp-echo.listeners.two.max-message-size=3B")
			.run((context) -> {
				assertThat(context.getBeansOfType(EchoListener.class)).containsOnlyKeys("one.listener", "two.listener");
				assertThat(port(context, "one")).isNotEqualTo(port(context, "two"));
				assertThat(exchange(port(context, "one"), "four")).isEqualTo(reply("four", End.FIN));
				assertThat(exchange(port(context, "two"), "two")).isEqualTo(reply("two", End.FIN));
				assertThat(exchange(port(context, "two"), "four")).isEqualTo(reply("", End.RST));
				awaitOutcomes(context, "one", Outcome.REPLIED, 1);
				awaitOutcomes(context, "two", Outcome.REPLIED, 1);
				awaitOutcomes(context, "two", Outcome.OVERSIZE, 1);
				assertThat(counters(context, "one").acceptedCount()).isEqualTo(1);
			});
	}

	@Test
	void whenAListenerTruncatesOrSplitsLinesItDoesSoOnTheWire() {
		this.listening
			.withPropertyValues("tcp-echo.listeners.one.max-message-size=3B",
					"tcp-echo.listeners.one.on-oversize=truncate", "tcp-echo.listeners.two.port=0",
					"tcp-echo.listeners.two.framing=line")
			.run((context) -> {
				assertThat(exchange(port(context, "one"), "four")).isEqualTo(reply("fou", End.FIN));
				try (Peer peer = Peer.connect(port(context, "two"))) {
					assertThat(peer.send("a\nb\n").read(4)).asString(StandardCharsets.US_ASCII).isEqualTo("a\nb\n");
				}
			});
	}

	@Test
	void whenTheServiceIsDiscardTheListenerTakesAllAndAnswersNothing() {
		this.listening.withPropertyValues("tcp-echo.listeners.one.service=discard").run((context) -> {
			assertThat(exchange(port(context, "one"), "x".repeat(10_000))).isEqualTo(reply("", End.FIN));
			awaitOutcomes(context, "one", Outcome.CLOSED_BY_PEER, 1);
			assertThat(counters(context, "one").bytesIn()).isEqualTo(10_000);
			assertThat(context.getBean(EchoListener.class).toString())
				.startsWith("Listener one on 127.0.0.1 port " + port(context, "one") + ", service discard, ");
		});
	}

	@Test
	void whenAListenerHasBoundItsPortIsPublishedAndShown() {
		this.listening.run((context) -> {
			int port = context.getBean(EchoListener.class).getPort();
			assertThat(port).isPositive();
			assertThat(context.getEnvironment().getProperty("local.tcp-echo.one.port", Integer.class)).isEqualTo(port);
			assertThat(context.getBean(EchoListener.class)).hasToString("Listener one on 127.0.0.1 port " + port
					+ ", framing eof: messages up to 5120 bytes (on oversize reset), "
					+ context.getBean(ServerSettings.class).listener("one").maxConnections()
					+ " connections, timeouts idle 30s, message 60s, service 30s, write 30s, event loops 1,"
					+ " executor none");
		});
	}

	@Test
	void whenLimitsAreSetTheListenerShowsThem() {
		this.listening
			.withPropertyValues("tcp-echo.listeners.one.max-connections=7",
					"tcp-echo.listeners.one.max-connections-per-address=3", "tcp-echo.listeners.one.framing=line",
					"tcp-echo.listeners.one.timeouts.idle=1500ms", "tcp-echo.listeners.one.event-loops=2",
					"tcp-echo.listeners.one.executor=pool")
			.run((context) -> assertThat(context.getBean(EchoListener.class))
				.hasToString("Listener one on 127.0.0.1 port " + port(context, "one")
						+ ", framing line: messages up to 5120 bytes (on oversize reset), 7 connections (3 an address),"
						+ " timeouts idle 1500ms, message 60s, service 30s, write 30s, event loops 2, executor pool"));
	}

	@Test
	void whenBeansAreLazyEachListenerIsServedAllTheSame() {
		this.listening
			.withInitializer(
					(context) -> context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
			.run((context) -> assertThat(exchange(port(context, "one"), "abc")).isEqualTo(reply("abc", End.FIN)));
	}

	@Test
	void whenUsersHaveAnEchoServiceOfTheirOwnItIsUsed() {
		AtomicInteger calls = new AtomicInteger();
		EchoService service = (message) -> {
			calls.incrementAndGet();
			byte[] reply = message.clone();
			reply[0]++;
			return reply;
		};
		this.listening.withBean("mine", EchoService.class, () -> service, ServerWiringTests::primary).run((context) -> {
			assertThat(exchange(port(context, "one"), "abc")).isEqualTo(reply("bbc", End.FIN));
			assertThat(calls).hasValue(1);
		});
	}

	@ParameterizedTest
	@CsvSource({ "none", "pool" })
	void whenTheServiceAnswersNothingTheConnectionIsResetAtOnce(String executor) {
		EchoService service = (message) -> null;
		this.listening.withPropertyValues("tcp-echo.listeners.one.executor=" + executor)
			.withBean("mine", EchoService.class, () -> service, ServerWiringTests::primary)
			.run((context) -> {
				assertThat(exchange(port(context, "one"), "abc")).isEqualTo(reply("", End.RST));
				awaitOutcomes(context, "one", Outcome.SERVICE_ERROR, 1);
			});
	}

	@Test
	void whenAPoolIsConfiguredTheServiceRunsOnItsThreads() {
		EchoService service = (message) -> Thread.currentThread().getName().startsWith("tcp-echo-one-service-")
				? message : new byte[message.length];
		this.listening.withPropertyValues("tcp-echo.listeners.one.executor=pool", "tcp-echo.listeners.one.pool-size=2")
			.withBean("mine", EchoService.class, () -> service, ServerWiringTests::primary)
			.run((context) -> assertThat(exchange(port(context, "one"), "abc")).isEqualTo(reply("abc", End.FIN)));
	}

	@Test
	void whenTheContextClosesThePortIsFreeAndReadinessRefusesTraffic() {
		int[] port = new int[1];
		this.listening.run((context) -> {
			port[0] = port(context, "one");
			ApplicationAvailability availability = context.getBean(ApplicationAvailability.class);
			AvailabilityChangeEvent.publish(context, ReadinessState.ACCEPTING_TRAFFIC);
			assertThat(availability.getReadinessState()).isEqualTo(ReadinessState.ACCEPTING_TRAFFIC);
			context.close();
			assertThat(availability.getReadinessState()).isEqualTo(ReadinessState.REFUSING_TRAFFIC);
			assertThat(context.getBeanFactory().getSingleton("serverLifecycle")).isNull();
		});
		assertCanBind(port[0]);
	}

	// Refusals

	@Test
	void whenAKeyIsUnknownTheStartIsRefused() {
		this.listening.withPropertyValues("tcp-echo.listeners.one.prot=7")
			.run((context) -> assertThat(failure(context, ConfigurationRefusedException.class).getProblems())
				.containsExactly("tcp-echo.listeners.one.prot (test) is not a property of tcp-echo;"
						+ " did you mean tcp-echo.listeners.one.port?"));
	}

	@Test
	void whenAKeyOfTheServerIsUnknownTheStartIsRefused() {
		this.listening.withPropertyValues("tcp-echo.drain.timeuot=7s")
			.run((context) -> assertThat(failure(context, ConfigurationRefusedException.class).getProblems())
				.containsExactly("tcp-echo.drain.timeuot (test) is not a property of tcp-echo;"
						+ " did you mean tcp-echo.drain.timeout?"));
	}

	@Test
	void whenASystemPropertyIsUnknownTheStartIsRefused() {
		this.listening.withSystemProperties("tcp-echo.listeners.one.prot=7", "tcpEcho.drane.delay=1s")
			.run((context) -> {
				ConfigurationRefusedException refusal = failure(context, ConfigurationRefusedException.class);
				assertThat(refusal.getProblems()).containsExactly(
						"system property tcp-echo.listeners.one.prot is not a property of tcp-echo;"
								+ " did you mean tcp-echo.listeners.one.port?",
						"system property tcpEcho.drane.delay is not a property of tcp-echo;"
								+ " did you mean tcp-echo.drain.delay?");
			});
	}

	@Test
	void whenAValueIsNoNumberTheStartIsRefused() {
		this.contextRunner.withPropertyValues("tcp-echo.listeners.one.port=http")
			.run((context) -> assertThat(failure(context, BindException.class))
				.hasMessage("Failed to bind properties under 'tcp-echo.listeners.one.port' to java.lang.Integer"));
	}

	@Test
	void whenTheConfigurationIsRefusedEachProblemIsListed() {
		this.listening
			.withPropertyValues("tcp-echo.listeners.one.timeouts.message=10s", "tcp-echo.listeners.two.port=70000")
			.run((context) -> {
				FailureAnalysis analysis = analyze(context);
				assertThat(analysis.getDescription()).isEqualTo("""
						The configuration of tcp-echo is refused:
						  - tcp-echo.listeners.one.timeouts.message is 10s, \
						less than tcp-echo.listeners.one.timeouts.idle, 30s (test)
						  - tcp-echo.listeners.two.port is 70000, and must be between 0 and 65535 (test)""");
				assertThat(analysis.getAction())
					.isEqualTo("Correct these properties; the command 'tcp-echo config' prints application.yml, which"
							+ " describes each of them.");
				assertThat(analysis.getCause()).isInstanceOf(ConfigurationRefusedException.class);
			});
	}

	@Test
	void whenThePortIsTakenTheStartFailsAndNothingIsLeftBehind() throws IOException {
		int free = FreePort.next();
		try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
			// The listeners start in the order of their names or in another: one of them
			// before the failure, in any case.
			this.contextRunner
				.withPropertyValues("tcp-echo.listeners.a.port=" + free, "tcp-echo.listeners.a.address=127.0.0.1",
						"tcp-echo.listeners.b.port=" + taken.getLocalPort(), "tcp-echo.listeners.b.address=127.0.0.1",
						"tcp-echo.listeners.c.port=0", "tcp-echo.listeners.c.address=127.0.0.1")
				.run((context) -> {
					ListenException failure = failure(context, ListenException.class);
					assertThat(failure).hasMessage("Listener b cannot listen on 127.0.0.1 port " + taken.getLocalPort()
							+ ": Address already in use");
					assertThat(failure.getListener()).isEqualTo("b");
					assertThat(failure.getAddress()).isEqualTo("127.0.0.1");
					assertThat(failure.getPort()).isEqualTo(taken.getLocalPort());
					FailureAnalysis analysis = analyze(context);
					assertThat(analysis.getDescription()).isEqualTo(failure.getMessage() + ".");
					assertThat(analysis.getAction())
						.isEqualTo("Stop the program that uses the port, or set tcp-echo.listeners.b.port to a free one"
								+ " that this user may bind (0 for any), or tcp-echo.listeners.b.address to an address of this"
								+ " machine.");
					assertThat(analysis.getCause()).isSameAs(failure);
				});
		}
		assertThat(serverThreads()).isEmpty();
		assertCanBind(free);
	}

	@Test
	void whenThePortIsTakenOnAllAddressesTheFailureSaysSo() throws IOException {
		try (ServerSocket taken = new ServerSocket(0)) {
			this.contextRunner.withPropertyValues("tcp-echo.listeners.one.port=" + taken.getLocalPort())
				.run((context) -> assertThat(failure(context, ListenException.class))
					.hasMessage("Listener one cannot listen on all addresses port " + taken.getLocalPort()
							+ ": Address already in use"));
		}
	}

	@ParameterizedTest
	@CsvSource({ "203.0.113.1, Cannot assign requested address", "no-such-host.invalid, unknown address" })
	void whenTheAddressIsNotOfThisMachineTheStartFails(String address, String reason) {
		this.contextRunner
			.withPropertyValues("tcp-echo.listeners.one.port=0", "tcp-echo.listeners.one.address=" + address)
			.run((context) -> assertThat(failure(context, ListenException.class))
				.hasMessage("Listener one cannot listen on " + address + " port 0: " + reason));
	}

	private static void primary(BeanDefinition definition) {
		definition.setPrimary(true);
	}

	private static List<String> beanNames(ApplicationContext context, String listener) {
		return Arrays.stream(context.getBeanDefinitionNames())
			.filter((name) -> name.startsWith(listener + "."))
			.map((name) -> name.substring(listener.length() + 1))
			.toList();
	}

	private static int port(ApplicationContext context, String listener) {
		return context.getEnvironment().getRequiredProperty("local.tcp-echo." + listener + ".port", Integer.class);
	}

	private static ListenerCounters counters(ApplicationContext context, String listener) {
		return context.getBean(listener + ".listener", EchoListener.class).getCounters();
	}

	private static void awaitOutcomes(ApplicationContext context, String listener, Outcome outcome, long count) {
		await().untilAsserted(() -> assertThat(counters(context, listener).count(outcome)).isEqualTo(count));
	}

	private static Reply exchange(int port, String message) {
		return Peer.exchange(port, message.getBytes(StandardCharsets.US_ASCII));
	}

	private static Reply reply(String text, End end) {
		return new Reply(text.getBytes(StandardCharsets.US_ASCII), end);
	}

	/**
	 * Return what the project's own analyzers, as they are registered, say to a failure.
	 */
	private static FailureAnalysis analyze(AssertableApplicationContext context) {
		assertThat(context).hasFailed();
		List<FailureAnalysis> analyses = SpringFactoriesLoader
			.forResourceLocation(SpringFactoriesLoader.FACTORIES_RESOURCE_LOCATION)
			.load(FailureAnalyzer.class, null, FailureHandler.handleMessage((message, failure) -> {
			}))
			.stream()
			.filter((analyzer) -> analyzer.getClass().getName().startsWith("io.tcpecho."))
			.map((analyzer) -> analyzer.analyze(context.getStartupFailure()))
			.filter(Objects::nonNull)
			.toList();
		assertThat(analyses).hasSize(1);
		return analyses.get(0);
	}

	/** Return the failure of a type in the causes of what the start has thrown. */
	private static <T extends Throwable> T failure(AssertableApplicationContext context, Class<T> type) {
		assertThat(context).hasFailed();
		Throwable failure = context.getStartupFailure();
		while (failure != null && !type.isInstance(failure)) {
			failure = failure.getCause();
		}
		assertThat(failure).as("failure of the start").isInstanceOf(type);
		return type.cast(failure);
	}

	private static List<String> serverThreads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.map(Thread::getName)
			.filter((name) -> name.startsWith("tcp-echo-"))
			.toList();
	}

	private static void assertCanBind(int port) {
		try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"))) {
			assertThat(socket.isBound()).isTrue();
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Port " + port + " is still in use", ex);
		}
	}

}
