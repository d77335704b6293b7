package io.tcpecho.junit;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.tcpecho.fault.FaultType;
import io.tcpecho.framing.Framing;
import io.tcpecho.testing.Peer;
import io.tcpecho.testing.Peer.End;
import io.tcpecho.testing.TestServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;
import org.junit.platform.launcher.listeners.TestExecutionSummary.Failure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * When the server of a test starts and stops, whose faults and counts it has, and that it
 * leaves nothing behind: JUnit runs the classes below by itself.
 */
class TcpEchoServerLifecycleTests {

	/** What the classes below have noted. */
	private static final Map<String, Object> noted = new ConcurrentHashMap<>();

	private static final Set<Integer> ports = ConcurrentHashMap.newKeySet();

	private static final List<TcpEchoServer> servers = new CopyOnWriteArrayList<>();

	private Set<String> socketsBefore = Set.of();

	@BeforeEach
	void lookAtWhatIsOpen() throws IOException {
		noted.clear();
		ports.clear();
		servers.clear();
		this.socketsBefore = sockets();
	}

	@AfterEach
	void nothingIsLeftBehind() throws IOException {
		assertThat(ports).as("ports of servers").isNotEmpty().allSatisfy(TcpEchoServerLifecycleTests::assertClosed);
		assertThat(TestServer.threads("tcp-echo-echo")).as("threads").isEmpty();
		assertThat(sockets()).as("open sockets").isSubsetOf(this.socketsBefore);
	}

	@Test
	void whenTheFieldIsStaticOneServerRunsForAllTestsOfTheClassAndOfNestedClasses() {
		assertPassed(run(OneForTheClass.class), 4);
		assertThat(ports).hasSize(1);
	}

	@Test
	void whenTheFieldIsNotStaticEachTestHasAServerOfItsOwn() {
		assertPassed(run(OneForEachTest.class), 2);
		assertThat(servers).hasSize(2).doesNotHaveDuplicates();
	}

	@Test
	void whenTheClassHasOneInstanceItsServerRunsForAllTests() {
		assertPassed(run(OneForTheInstance.class), 2);
		assertThat(servers).hasSize(2).containsOnly(servers.get(0));
		assertThat(ports).hasSize(1);
	}

	@Test
	void whenTheClassNamesTheExtensionParametersGetItsServer() {
		assertPassed(run(Injected.class), 2);
		assertThat(ports).hasSize(1);
	}

	@Test
	void whenSeveralServersFitAParameterItIsRefused() {
		TestExecutionSummary summary = run(Ambiguous.class);
		assertThat(summary.getFailures()).hasSize(1);
		assertThat(summary.getFailures().get(0).getException())
			.hasMessageContaining("competing ParameterResolvers for parameter [io.tcpecho.junit.TcpEchoServer either]");
	}

	@Test
	void whenATestSetsAFaultItEndsWithTheTest() {
		assertPassed(run(FaultOfOneTest.class), 2);
	}

	@Test
	void whenAFaultIsSetBeforeAllTestsItHoldsForEachOfThem() {
		assertPassed(run(FaultOfTheClass.class), 2);
	}

	@Test
	void whenATestFailsTheServerIsClosedAndTheNextTestHasNoneOfItsFaults() {
		TestExecutionSummary summary = run(Failing.class);
		assertThat(summary.getFailures()).extracting((failure) -> failure.getException().getMessage())
			.containsExactly("as this test is to");
		assertThat(summary.getTestsSucceededCount()).isOne();
	}

	@Test
	void whenTheSetUpOfTheClassFailsTheServerIsClosed() {
		TestExecutionSummary summary = run(FailingBeforeAll.class);
		assertThat(summary.getFailures()).extracting((failure) -> failure.getException().getMessage())
			.containsExactly("as this set-up is to");
	}

	@Test
	void whenTestsRunAtTheSameTimeTheyShareTheServerAndItsCounts() {
		assertPassed(run(AtTheSameTime.class), 2);
		assertThat(noted).containsEntry("accepted", 2L);
	}

	@Test
	void whenClassesWithTheFieldOfTheirParentRunAtTheSameTimeTheServerStopsAfterTheLast() {
		assertPassed(run(OneChild.class, AnotherChild.class), 2);
		assertThat(ports).hasSize(1);
	}

	@Test
	void whenAClassRunsAgainItsServerStartsAgain() {
		assertPassed(run(OneForTheClass.class), 4);
		assertPassed(run(OneForTheClass.class), 4);
	}

	@Test
	void whenAClientKeepsItsConnectionTheServerEndsItAfterTheTests() {
		assertPassed(run(KeepsAConnection.class), 1);
		try (Peer peer = (Peer) noted.get("peer")) {
			assertThat(peer.readToEnd().end()).isEqualTo(End.RST);
		}
	}

	private static TestExecutionSummary run(Class<?>... classes) {
		LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
			.selectors(Stream.of(classes).map(DiscoverySelectors::selectClass).toList())
			.configurationParameter("junit.jupiter.execution.parallel.enabled", "true")
			.configurationParameter("junit.jupiter.execution.parallel.mode.default", "same_thread")
			.configurationParameter("junit.jupiter.execution.parallel.config.strategy", "fixed")
			.configurationParameter("junit.jupiter.execution.parallel.config.fixed.parallelism", "2")
			.build();
		SummaryGeneratingListener listener = new SummaryGeneratingListener();
		LauncherFactory.create().execute(request, listener);
		return listener.getSummary();
	}

	private static void assertPassed(TestExecutionSummary summary, int tests) {
		assertThat(summary.getFailures()).extracting(Failure::getException).isEmpty();
		assertThat(summary.getTestsSucceededCount()).isEqualTo(tests);
	}

	private static void assertClosed(int port) {
		assertThatExceptionOfType(ConnectException.class).isThrownBy(() -> {
			try (Socket socket = new Socket()) {
				socket.connect(new InetSocketAddress("127.0.0.1", port));
			}
		});
	}

	/** Return the sockets and selectors of this process. */
	private static Set<String> sockets() throws IOException {
		Set<String> sockets = ConcurrentHashMap.newKeySet();
		try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
			for (Path descriptor : descriptors.toList()) {
				if (Files.isSymbolicLink(descriptor)) {
					sockets.add(descriptor.getFileName() + " " + Files.readSymbolicLink(descriptor));
				}
			}
		}
		sockets.removeIf((descriptor) -> !descriptor.contains("socket:") && !descriptor.contains("anon_inode"));
		return sockets;
	}

	private static void assertEchoes(TcpEchoServer server) {
		ports.add(server.port());
		servers.add(server);
		byte[] message = "hello".getBytes(StandardCharsets.US_ASCII);
		assertThat(Peer.exchange(server.port(), message)).isEqualTo(new Peer.Reply(message, End.FIN));
	}

	private static void assertRefuses(TcpEchoServer server) {
		ports.add(server.port());
		try (Peer peer = Peer.connect(server.port())) {
			assertThat(peer.readToEnd().end()).isEqualTo(End.RST);
		}
	}

	// The classes that JUnit runs

	static class OneForTheClass {

		@RegisterExtension
		static final TcpEchoServer echo = new TcpEchoServer();

		@Test
		void one() {
			assertEchoes(echo);
			assertThat(echo.awaitConnections(1)).hasSize(1);
		}

		@Test
		void another() {
			assertEchoes(echo);
			assertThat(echo.awaitConnections(1)).hasSize(1);
		}

		@Nested
		class Inner {

			@Test
			void one() {
				assertEchoes(echo);
				assertThat(echo.awaitConnections(1)).hasSize(1);
			}

			@Nested
			class Innermost {

				@Test
				void one() {
					assertEchoes(echo);
				}

			}

		}

	}

	static class OneForEachTest {

		@RegisterExtension
		final TcpEchoServer echo = new TcpEchoServer();

		@Test
		void one() {
			assertEchoes(this.echo);
		}

		@Nested
		class Inner {

			@Test
			void another() {
				assertEchoes(OneForEachTest.this.echo);
			}

		}

	}

	@TestInstance(TestInstance.Lifecycle.PER_CLASS)
	static class OneForTheInstance {

		@RegisterExtension
		final TcpEchoServer echo = new TcpEchoServer();

		@Test
		void one() {
			assertEchoes(this.echo);
		}

		@Test
		void another() {
			assertEchoes(this.echo);
		}

	}

	@ExtendWith(TcpEchoServer.class)
	static class Injected {

		private final TcpEchoServer echo;

		Injected(TcpEchoServer echo) {
			this.echo = echo;
		}

		@BeforeAll
		static void beforeAll(TcpEchoServer echo) {
			assertEchoes(echo);
		}

		@Test
		void one(TcpEchoServer echo) {
			assertThat(echo).isSameAs(this.echo);
			assertEchoes(echo);
		}

		@Nested
		class Inner {

			@Test
			void another(TcpEchoServer echo) {
				assertThat(echo).isSameAs(Injected.this.echo);
				assertEchoes(echo);
			}

		}

	}

	static class Ambiguous {

		@RegisterExtension
		static final TcpEchoServer echo = new TcpEchoServer();

		@RegisterExtension
		static final TcpEchoServer line = TcpEchoServer.withFraming(Framing.LINE);

		@BeforeEach
		void note() {
			ports.add(echo.port());
		}

		@Test
		void one(TcpEchoServer either) {
			assertEchoes(either);
		}

	}

	@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
	static class FaultOfOneTest {

		@RegisterExtension
		static final TcpEchoServer echo = new TcpEchoServer();

		@Test
		@Order(1)
		void faulty() {
			assertRefuses(echo.fault(FaultType.REFUSE));
		}

		@Test
		@Order(2)
		void sound() {
			assertEchoes(echo);
		}

	}

	static class FaultOfTheClass {

		@RegisterExtension
		static final TcpEchoServer echo = new TcpEchoServer();

		@BeforeAll
		static void beforeAll() {
			echo.fault(FaultType.REFUSE).firstConnections(1);
		}

		@Test
		void one() {
			assertRefuses(echo);
			assertEchoes(echo);
		}

		@Test
		void another() {
			assertRefuses(echo);
			assertEchoes(echo);
		}

	}

	@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
	static class Failing {

		@RegisterExtension
		static final TcpEchoServer echo = new TcpEchoServer();

		@Test
		@Order(1)
		void fails() {
			assertRefuses(echo.fault(FaultType.REFUSE));
			throw new AssertionError("as this test is to");
		}

		@Test
		@Order(2)
		void passes() {
			assertEchoes(echo);
		}

	}

	static class FailingBeforeAll {

		@RegisterExtension
		static final TcpEchoServer echo = new TcpEchoServer();

		@BeforeAll
		static void beforeAll() {
			ports.add(echo.port());
			throw new AssertionError("as this set-up is to");
		}

		@Test
		void neverRuns() {
			assertEchoes(echo);
		}

	}

	@Execution(ExecutionMode.CONCURRENT)
	static class AtTheSameTime {

		@RegisterExtension
		static final TcpEchoServer echo = new TcpEchoServer();

		private static final CyclicBarrier both = new CyclicBarrier(2);

		@Test
		void one() throws Exception {
			exchangeTogether();
		}

		@Test
		void another() throws Exception {
			exchangeTogether();
		}

		private static void exchangeTogether() throws Exception {
			both.await(10, TimeUnit.SECONDS);
			assertEchoes(echo);
			both.await(10, TimeUnit.SECONDS);
			noted.put("accepted", echo.accepted());
		}

	}

	@Execution(ExecutionMode.CONCURRENT)
	static class Parent {

		@RegisterExtension
		static final TcpEchoServer echo = new TcpEchoServer();

		private static final CyclicBarrier both = new CyclicBarrier(2);

		@Test
		void test() throws Exception {
			both.await(10, TimeUnit.SECONDS);
			assertEchoes(echo);
		}

	}

	static class OneChild extends Parent {

	}

	static class AnotherChild extends Parent {

	}

	static class KeepsAConnection {

		@RegisterExtension
		static final TcpEchoServer line = TcpEchoServer.withFraming(Framing.LINE);

		@Test
		void connects() {
			ports.add(line.port());
			Peer peer = Peer.connect(line.port());
			noted.put("peer", peer);
			assertThat(peer.send("a\n").read(2)).isEqualTo(new byte[] { 'a', '\n' });
		}

	}

}
