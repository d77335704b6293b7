package io.tcpecho.junit;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

import io.tcpecho.connection.ConnectionSummary;
import io.tcpecho.connection.Outcome;
import io.tcpecho.fault.FaultType;
import io.tcpecho.framing.Framing;
import io.tcpecho.text.Labels;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * An echo server for tests, as an extension of JUnit: it listens on a free port of
 * 127.0.0.1 while the tests run, and misbehaves as they ask.
 *
 * <p>
 * In a static field with {@code @RegisterExtension} one server runs for all tests of the
 * class, those of nested classes included; in a field that is not static each test has a
 * server of its own. With {@code @ExtendWith(TcpEchoServer.class)} a server with framing
 * {@code eof} runs for the class. A parameter of this type gets the server, if a class
 * has only one.
 *
 * <p>
 * What the server has seen is counted from the beginning of each test, and a fault that a
 * test sets ends with the test. Tests that run at the same time with one server share its
 * counts and faults; these begin anew when no test runs. Any thread may call the methods.
 */
public final class TcpEchoServer implements BeforeAllCallback, BeforeEachCallback, ParameterResolver {

	private static final Namespace NAMESPACE = Namespace.create(TcpEchoServer.class);

	private ServerOptions options;

	private FaultPlan faults = FaultPlan.NONE;

	/** What is in force again when no test runs any more. */
	private FaultPlan faultsBeforeTests = FaultPlan.NONE;

	private @Nullable RunningServer server;

	/** How many classes and tests use the server. */
	private int users;

	/** How many tests run. */
	private int tests;

	/** Create a server with framing {@code eof} and its defaults. */
	public TcpEchoServer() {
		this(Framing.EOF);
	}

	private TcpEchoServer(Framing framing) {
		this.options = ServerOptions.of(framing);
	}

	/**
	 * Return a server whose messages end by this rule. They have at most 5 KiB, there are
	 * at most 10,000 connections, and the timeouts are those of the application.
	 */
	public static TcpEchoServer withFraming(Framing framing) {
		return new TcpEchoServer(framing);
	}

	// Before the start

	/**
	 * Limit the messages.
	 * @param bytes the most payload bytes of a message, from 1 to an eighth of the heap;
	 * with framing {@code fixed} the length of each message
	 */
	public TcpEchoServer maxMessageSize(int bytes) {
		return configure((options) -> options.withMaxMessageSize(bytes));
	}

	/**
	 * Limit the connections that are open; one more is accepted and reset.
	 * @param connections from 1 to 10,000
	 */
	public TcpEchoServer maxConnections(int connections) {
		return configure((options) -> options.withMaxConnections(connections));
	}

	/** Limit the time without a byte of the client, from 1 ms to an hour. */
	public TcpEchoServer idleTimeout(Duration timeout) {
		return configure((options) -> options.withIdleTimeout(timeout));
	}

	/**
	 * Limit the time from the first byte of a message to its end, from 1 ms to an hour.
	 */
	public TcpEchoServer messageTimeout(Duration timeout) {
		return configure((options) -> options.withMessageTimeout(timeout));
	}

	/**
	 * Limit the time in which the client takes no byte of a reply, from 1 ms to an hour.
	 */
	public TcpEchoServer writeTimeout(Duration timeout) {
		return configure((options) -> options.withWriteTimeout(timeout));
	}

	private synchronized TcpEchoServer configure(UnaryOperator<ServerOptions> change) {
		if (this.server != null) {
			throw new IllegalStateException("The limits of " + this + " cannot change while it runs");
		}
		this.options = change.apply(this.options);
		return this;
	}

	// Faults, at any time

	/** Add a fault that has no members, such as {@link FaultType#REFUSE}. */
	public TcpEchoServer fault(FaultType type) {
		return fault(type, Map.of());
	}

	/**
	 * Add a fault for the connections that begin from now on. Before the start it holds
	 * for all tests, and from within a test until its end.
	 * @param members as in a request of the operator, such as {@code "latency"} with
	 * {@code "200ms"}; docs/faults.md lists them for each type
	 * @throws IllegalArgumentException if a member is missing, unknown or wrong; the
	 * message names it, its value and the limit
	 */
	public synchronized TcpEchoServer fault(FaultType type, Map<String, ?> members) {
		return use(this.faults.with(type, members));
	}

	/**
	 * Let the faults happen to a number of connections only, the first that begin from
	 * now on.
	 * @param connections at least 1
	 */
	public synchronized TcpEchoServer firstConnections(int connections) {
		return use(this.faults.first(connections));
	}

	/** Remove all faults; connections that they hold back go on. */
	public synchronized TcpEchoServer noFaults() {
		return use(FaultPlan.NONE);
	}

	private TcpEchoServer use(FaultPlan changed) {
		changed.check(this.options.framing());
		this.faults = changed;
		if (this.server != null) {
			this.server.set(changed);
		}
		return this;
	}

	// While it runs

	/** Return its port. */
	public int port() {
		return running().address().getPort();
	}

	/** Return its address and port. */
	public InetSocketAddress address() {
		return running().address();
	}

	/** Return how many connections are open. */
	public int open() {
		return running().seen().open();
	}

	/** Return how many connections were accepted, those rejected at once included. */
	public long accepted() {
		return running().seen().acceptedCount();
	}

	/** Return how many messages were complete, whether or not their replies were. */
	public long messages() {
		return running().seen().messages();
	}

	/** Return how many connections that began in this test have ended this way. */
	public long outcomes(Outcome outcome) {
		return running().seen().outcomes(outcome);
	}

	/**
	 * Return the connections that began in this test and have ended, in this order, at
	 * most the last 10,000. A client may see the end of a connection a moment before it
	 * is here: see {@link #awaitConnections}.
	 */
	public List<ConnectionSummary> connections() {
		return running().seen().connections();
	}

	/**
	 * Wait until so many connections that began in this test have ended.
	 * @return the connections, as {@link #connections()} does
	 * @throws AssertionError if they have not after 10 seconds
	 */
	public List<ConnectionSummary> awaitConnections(int count) {
		return running().seen().await(count);
	}

	private synchronized RunningServer running() {
		if (this.server == null) {
			throw new IllegalStateException(
					this + " does not run: JUnit starts it from a field with @RegisterExtension or by @ExtendWith");
		}
		return this.server;
	}

	/** Return what it is, with its framing. */
	@Override
	public synchronized String toString() {
		return "TcpEchoServer with framing " + Labels.of(this.options.framing());
	}

	// Callbacks of JUnit

	/** Start the server for the tests of a class. */
	@Override
	public void beforeAll(ExtensionContext context) {
		start(context);
	}

	/** Start the server unless it runs, and begin a test. */
	@Override
	public void beforeEach(ExtensionContext context) {
		start(context);
		context.getStore(NAMESPACE).put(List.of(this, "test"), beginTest());
	}

	/** Return whether a parameter is for the server. */
	@Override
	public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
		return parameter.getParameter().getType() == TcpEchoServer.class;
	}

	/** Return the server. */
	@Override
	public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
		return this;
	}

	/**
	 * Start the server unless a context around this one has done so. JUnit closes what is
	 * in the store of a context when the context ends, whatever has failed before.
	 */
	private void start(ExtensionContext context) {
		context.getStore(NAMESPACE).computeIfAbsent(this, (key) -> acquire());
	}

	private synchronized AutoCloseable acquire() {
		if (this.server == null) {
			this.server = RunningServer.start(this.options, this.faults);
		}
		this.users++;
		return this::release;
	}

	private synchronized void release() {
		this.users--;
		if (this.users == 0 && this.server != null) {
			this.server.close();
			this.server = null;
		}
	}

	private synchronized AutoCloseable beginTest() {
		if (this.tests == 0) {
			this.faultsBeforeTests = this.faults;
			running().seen().clear();
		}
		this.tests++;
		return this::endTest;
	}

	private synchronized void endTest() {
		this.tests--;
		if (this.tests == 0) {
			use(this.faultsBeforeTests);
		}
	}

}
