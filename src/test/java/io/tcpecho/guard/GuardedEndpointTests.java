package io.tcpecho.guard;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import java.util.logging.Logger;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.apache.coyote.ProtocolHandler;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.tomcat.util.threads.ThreadPoolExecutor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static io.tcpecho.testing.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The guard in front of a servlet that echoes bodies, with {@value #PLACES} places.
 */
class GuardedEndpointTests {

	private static final int PLACES = 4;

	private static final int PATIENCE_IN_MILLIS = 20_000;

	private static final String GET = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

	/** Held, because the logging system forgets the level of a logger that is not. */
	private static final Logger quiet = Logger.getLogger("org.apache");

	private final List<Socket> sockets = new ArrayList<>();

	private final CountDownLatch go = new CountDownLatch(1);

	@TempDir
	private Path directory;

	private Tomcat tomcat;

	private int port;

	@BeforeEach
	void start() throws LifecycleException {
		quiet.setLevel(Level.SEVERE);
		start(60_000);
	}

	private void start(int timeoutInMillis, String... properties) throws LifecycleException {
		start(new GuardedProtocol(), timeoutInMillis, properties);
	}

	private void start(ProtocolHandler protocol, int timeoutInMillis, String... properties) throws LifecycleException {
		this.tomcat = new Tomcat();
		this.tomcat.setBaseDir(this.directory.toString());
		Connector connector = new Connector(protocol);
		connector.setPort(0);
		connector.setProperty("address", "127.0.0.1");
		connector.setProperty("maxConnections", "" + PLACES);
		connector.setProperty("connectionTimeout", "" + timeoutInMillis);
		connector.setProperty("bindOnInit", "false");
		for (int i = 0; i < properties.length; i += 2) {
			connector.setProperty(properties[i], properties[i + 1]);
		}
		connector.setThrowOnFailure(true);
		this.tomcat.setConnector(connector);
		this.tomcat.getEngine().getPipeline().addValve(new RequestBodyValve());
		Context context = this.tomcat.addContext("", this.directory.toString());
		Tomcat.addServlet(context, "echo", new EchoServlet());
		context.addServletMapping("/", "echo");
		this.tomcat.start();
		this.port = connector.getLocalPort();
	}

	@AfterEach
	void stop() throws LifecycleException, IOException {
		this.go.countDown();
		for (Socket socket : this.sockets) {
			socket.close();
		}
		this.tomcat.stop();
		this.tomcat.destroy();
	}

	@Test
	void aNewcomerTakesThePlaceOfTheSilentConnectionThatHasWaitedLongest() throws IOException {
		Socket oldest = connect("");
		List<Socket> others = new ArrayList<>();
		for (int i = 1; i < PLACES; i++) {
			others.add(connect(""));
		}
		assertThat(answer(connect(GET))).isEqualTo("200 0");
		assertReset(oldest);
		for (Socket other : others) {
			assertThat(answer(send(other, GET))).isEqualTo("200 0");
		}
	}

	@Test
	void connectionsThatDripHeadersOrBodiesAreEndedLikeSilentOnes() throws IOException {
		Socket header = connect("GET / HTTP/1.1\r\nHost: loc");
		Socket body = connect("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n12");
		Socket chunks = connect("POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n1");
		List<Socket> all = new ArrayList<>(List.of(header, body, chunks));
		for (int i = 0; i < 10; i++) {
			assertThat(answer(connect(GET))).as("newcomer %d", i).isEqualTo("200 0");
		}
		for (Socket socket : all) {
			assertReset(socket);
		}
	}

	@Test
	void aConnectionWhoseRequestIsCompleteIsNotEnded() throws Exception {
		Socket working = connect("GET /wait HTTP/1.1\r\nHost: localhost\r\n\r\n");
		for (int i = 0; i < 3 * PLACES; i++) {
			assertThat(answer(connect(GET))).isEqualTo("200 0");
		}
		this.go.countDown();
		assertThat(answer(working)).isEqualTo("200 0");
	}

	@Test
	void aNewcomerWaitsWhileEveryConnectionHasACompleteRequest() throws Exception {
		List<Socket> working = new ArrayList<>();
		for (int i = 0; i < PLACES; i++) {
			working.add(connect("GET /wait HTTP/1.1\r\nHost: localhost\r\n\r\n"));
		}
		Socket newcomer = connect(GET);
		this.go.countDown();
		assertThat(answer(newcomer)).isEqualTo("200 0");
		for (Socket socket : working) {
			assertThat(answer(socket)).isEqualTo("200 0");
		}
	}

	@Test
	void aClientThatDoesNotTakeItsResponseIsEndedWhenItsPlaceIsNeeded() throws IOException {
		List<Socket> deaf = new ArrayList<>();
		for (int i = 0; i < PLACES; i++) {
			Socket socket = open();
			socket.setReceiveBufferSize(1_024);
			socket.connect(new InetSocketAddress("127.0.0.1", this.port));
			deaf.add(send(socket, "GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n"));
		}
		int served = 0;
		for (int i = 0; i < 6 * PLACES && served < 3 * PLACES; i++) {
			served += isServed() ? 1 : 0;
		}
		assertThat(served).isEqualTo(3 * PLACES);
	}

	/**
	 * Return whether a newcomer is served. Between its connect and its request it is as
	 * silent as others, and may be ended for the place of the next one.
	 */
	private boolean isServed() throws IOException {
		try {
			assertThat(answer(connect(GET))).isEqualTo("200 0");
			return true;
		}
		catch (SocketException ex) {
			return false;
		}
	}

	@Test
	void aKeptConnectionServesManyRequestsAndGoesFirstWhenItIsTheOldest() throws IOException {
		Socket kept = connect("");
		for (int i = 0; i < 3; i++) {
			assertThat(answer(send(kept, GET))).isEqualTo("200 0");
			assertThat(answer(send(kept, "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc")))
				.isEqualTo("200 3");
		}
		awaitIdleWorkers();
		for (int i = 0; i < PLACES; i++) {
			connect("");
		}
		assertReset(kept);
	}

	/** Wait until no worker is in a turn: a connection in its turn is never ended. */
	private void awaitIdleWorkers() {
		ThreadPoolExecutor workers = (ThreadPoolExecutor) this.tomcat.getConnector().getProtocolHandler().getExecutor();
		await().until(() -> workers.getActiveCount() == 0);
	}

	@Test
	void aChunkedBodyAndAnExpectationAreAnswered() throws IOException {
		assertThat(answer(connect("""
				POST / HTTP/1.1\r
				Host: localhost\r
				Transfer-Encoding: chunked\r
				\r
				2\r
				ab\r
				3\r
				cde\r
				0\r
				\r
				"""))).isEqualTo("200 5");
		Socket expecting = connect(
				"POST / HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
		assertThat(line(expecting)).startsWith("HTTP/1.1 100");
		assertThat(line(expecting)).isEmpty();
		assertThat(answer(send(expecting, "abc"))).isEqualTo("200 3");
	}

	@Test
	void aBodyMayHave64KilobytesAndNotOneByteMore() throws IOException {
		String body = "x".repeat(65_536);
		assertThat(answer(connect("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 65536\r\n\r\n" + body)))
			.isEqualTo("200 65536");
		assertThat(line(connect("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 65537\r\n\r\n")))
			.startsWith("HTTP/1.1 413");
		assertThat(line(connect("POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n10001\r\n"
				+ body + "x\r\n0\r\n\r\n")))
			.startsWith("HTTP/1.1 413");
	}

	@Test
	void aRequestMustBeCompleteInTimeHoweverOftenAByteComes() throws Exception {
		stop();
		start(1_000);
		Socket silent = connect("");
		Socket header = connect("GET / HTTP/1.1\r\nHost: localhost\r\nX-Drip: ");
		Socket body = connect("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n");
		await().atMost(Duration.ofMillis(PATIENCE_IN_MILLIS))
			.pollInterval(Duration.ofMillis(100))
			.until(() -> isEnded(header, "x") && isEnded(body, "x"));
		assertReset(silent);
		assertThat(answer(connect(GET))).isEqualTo("200 0");
	}

	@Test
	void aRequestMustBeCompleteInTimeAlsoWhileNothingCanBeAccepted() throws Exception {
		stop();
		quiet.setLevel(Level.OFF);
		AtomicBoolean shortage = new AtomicBoolean();
		start(new Http11NioProtocol(new GuardedEndpoint() {

			@Override
			public int getMaxConnections() {
				if (shortage.get()) {
					throw new UncheckedIOException(new IOException("Too many open files"));
				}
				return super.getMaxConnections();
			}

		}), 1_000);
		Socket silent = connect("");
		assertThat(answer(connect(GET))).isEqualTo("200 0");
		shortage.set(true);
		connect(GET);
		assertReset(silent);
	}

	@Test
	void aConnectionThatCannotBeSetUpIsClosed() throws Exception {
		stop();
		quiet.setLevel(Level.OFF);
		start(60_000, "socket.txBufSize", "-1");
		assertReset(connect(GET));
		assertReset(connect(GET));
	}

	@Test
	void whenItStopsThePortIsClosedAtOnce() throws Exception {
		connect("");
		this.tomcat.getConnector().pause();
		this.tomcat.getConnector().getProtocolHandler().closeServerSocketGraceful();
		await().atMost(Duration.ofMillis(PATIENCE_IN_MILLIS)).until(() -> {
			try (Socket socket = new Socket("127.0.0.1", this.port)) {
				return !socket.isConnected();
			}
			catch (IOException ex) {
				return true;
			}
		});
	}

	private Socket open() throws IOException {
		Socket socket = new Socket();
		this.sockets.add(socket);
		socket.setSoTimeout(PATIENCE_IN_MILLIS);
		return socket;
	}

	private Socket connect(String text) throws IOException {
		Socket socket = open();
		socket.connect(new InetSocketAddress("127.0.0.1", this.port));
		return send(socket, text);
	}

	private static Socket send(Socket socket, String text) throws IOException {
		socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
		return socket;
	}

	private static boolean isEnded(Socket socket, String drip) {
		try {
			send(socket, drip);
			return false;
		}
		catch (IOException ex) {
			return true;
		}
	}

	/** Return the status and the body of a response. */
	private static String answer(Socket socket) throws IOException {
		String status = line(socket).split(" ")[1];
		int length = 0;
		for (String header = line(socket); !header.isEmpty(); header = line(socket)) {
			if (header.startsWith("Content-Length: ")) {
				length = Integer.parseInt(header.substring("Content-Length: ".length()));
			}
		}
		return status + " " + new String(socket.getInputStream().readNBytes(length), StandardCharsets.US_ASCII);
	}

	private static String line(Socket socket) throws IOException {
		StringBuilder line = new StringBuilder();
		InputStream input = socket.getInputStream();
		for (int read = input.read(); read != '\n'; read = input.read()) {
			assertThat(read).as("end of the stream after '%s'", line).isNotEqualTo(-1);
			line.append((char) read);
		}
		return line.toString().stripTrailing();
	}

	private static void assertReset(Socket socket) throws IOException {
		try {
			assertThat(socket.getInputStream().read()).isEqualTo(-1);
		}
		catch (SocketException ex) {
			assertThat(ex).hasMessageContaining("reset");
		}
	}

	/** Answers with the number of bytes in the body. */
	private final class EchoServlet extends HttpServlet {

		@Override
		protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
			if (request.getRequestURI().equals("/wait")) {
				await(GuardedEndpointTests.this.go);
			}
			byte[] body = request.getRequestURI().equals("/large") ? new byte[20_000_000]
					: ("" + request.getInputStream().readAllBytes().length).getBytes(StandardCharsets.US_ASCII);
			response.setContentLength(body.length);
			response.getOutputStream().write(body);
		}

	}

}
