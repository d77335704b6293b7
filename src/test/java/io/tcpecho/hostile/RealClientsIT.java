package io.tcpecho.hostile;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.tcpecho.connection.Outcome;
import io.tcpecho.testing.EchoServer;
import io.tcpecho.testing.Installed;
import io.tcpecho.testing.Payload;
import io.tcpecho.testing.Waits;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Clients that people have, as installed on the machine. Spring Integration's own is in
 * {@code StockClientWireTests}.
 */
class RealClientsIT {

	private static final int TIMEOUT_IN_SECONDS = 30;

	private static final int LARGEST = 1024 * 1024;

	private static final byte[] QUICK = "quick".getBytes(StandardCharsets.US_ASCII);

	private static final byte[] SLOW = "slow".getBytes(StandardCharsets.US_ASCII);

	/** Longer than socat waits by default. */
	private static final int SLOW_SERVICE_IN_MILLIS = 1_000;

	private static final String PYTHON = """
			python3 -c '
			import socket, sys
			s = socket.create_connection(("127.0.0.1", PORT))
			s.sendall(sys.stdin.buffer.read()); s.shutdown(socket.SHUT_WR)
			sys.stdout.buffer.write(s.makefile("rb").read())'""";

	/** Started once; what it has counted before a test is left out. */
	private static EchoServer server;

	@TempDir
	private Path directory;

	private final Map<Outcome, Long> earlierOutcomes = new EnumMap<>(Outcome.class);

	private int earlierCalls;

	@BeforeAll
	static void start() {
		server = EchoServer.framing("eof")
			.listener("max-message-size", "1MB")
			.listener("timeouts.idle", "2s")
			.listener("executor", "pool")
			.property("tcp-echo.listeners.line.enabled", "true")
			.property("tcp-echo.listeners.line.port", "0")
			.property("tcp-echo.listeners.line.timeouts.idle", "2s")
			.service((message) -> {
				Waits.pause(Arrays.equals(message, SLOW) ? SLOW_SERVICE_IN_MILLIS : 0);
				return message;
			})
			.start();
	}

	@AfterAll
	static void stop() {
		server.close();
	}

	@BeforeEach
	void count() {
		this.earlierCalls = server.serviceCalls();
		for (Outcome outcome : Outcome.values()) {
			this.earlierOutcomes.put(outcome, server.outcomes(outcome));
		}
	}

	static Stream<Arguments> clients() {
		return Stream.of(arguments("netcat-openbsd", "nc -N 127.0.0.1 PORT"), arguments("ncat", "ncat 127.0.0.1 PORT"),
				arguments("socat", "socat -t 10 - TCP:127.0.0.1:PORT"), arguments("python3", PYTHON));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("clients")
	void whenAClientHalfClosesItGetsItsBytesBack(String debianPackage, String command) throws Exception {
		require(debianPackage, command);
		for (int size : new int[] { 0, 1, 5 * 1024, LARGEST }) {
			byte[] message = Payload.random(size, size);
			assertThat(run(command, message)).as("%d bytes", size).isEqualTo(message);
		}
		assertServed(3, Outcome.REPLIED, 3);
		assertServed(3, Outcome.EMPTY, 1);
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("clients")
	void whenTheServiceTakesItsTimeTheClientWaits(String debianPackage, String command) throws Exception {
		require(debianPackage, command);
		assertThat(run(command, SLOW)).isEqualTo(SLOW);
		assertServed(1, Outcome.REPLIED, 1);
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("clients")
	void whenTheMessageIsTooLongTheClientGetsNothing(String debianPackage, String command) throws Exception {
		require(debianPackage, command);
		assertThat(run(command, new byte[LARGEST + 1])).isEmpty();
		assertServed(0, Outcome.OVERSIZE, 1);
	}

	/** In its own words: which ones depends on whether it sends, half-closes or reads. */
	@Test
	void whenPythonIsResetItSaysSo() throws Exception {
		require("python3", PYTHON);
		assertThat(run(PYTHON + " 2>&1 | tail -1", new byte[LARGEST + 1])).asString(StandardCharsets.UTF_8)
			.matches("(BrokenPipeError: \\[Errno 32]|OSError: \\[Errno 107]|ConnectionResetError: \\[Errno 104]) .*\n");
	}

	/** The end of its input is nothing to curl, which waits for that of the server. */
	@ParameterizedTest(name = "{0}")
	@CsvSource({ "netcat-openbsd, nc 127.0.0.1 PORT", "curl, curl -s telnet://127.0.0.1:PORT" })
	void whenAClientDoesNotHalfCloseItIsResetAtIdle(String debianPackage, String command) throws Exception {
		require(debianPackage, command);
		assertThat(run(command, QUICK)).isEmpty();
		assertServed(0, Outcome.IDLE_TIMEOUT, 1);
	}

	@Test
	void whenSocatHasItsDefaultItWaitsHalfASecondForTheReply() throws Exception {
		require("socat", "socat ");
		assertThat(run("socat - TCP:127.0.0.1:PORT", SLOW)).isEmpty();
		assertThat(run("socat - TCP:127.0.0.1:PORT", QUICK)).isEqualTo(QUICK);
		server.awaitServiceCalls(this.earlierCalls + 2);
		server.awaitQuiet();
	}

	/** A byte 0xFF would go out twice, as telnet has it. */
	@Test
	void whenCurlSpeaksLinesItGetsEachBack() throws Exception {
		require("curl", "curl ");
		byte[] lines = "hello\n\nagain\n".getBytes(StandardCharsets.US_ASCII);
		assertThat(run("curl -sN telnet://127.0.0.1:" + linePort(), lines)).isEqualTo(lines);
		assertThat(server.serviceCalls() - this.earlierCalls).isEqualTo(3);
	}

	private static int linePort() {
		return server.context().getEnvironment().getRequiredProperty("local.tcp-echo.line.port", Integer.class);
	}

	private void assertServed(int serviceCalls, Outcome outcome, long count) {
		server.awaitQuiet();
		assertThat(server.serviceCalls() - this.earlierCalls).as("calls of the service").isEqualTo(serviceCalls);
		assertThat(server.outcomes(outcome) - this.earlierOutcomes.get(outcome)).as("connections that ended " + outcome)
			.isEqualTo(count);
	}

	private static void require(String debianPackage, String command) {
		Installed.program(command.substring(0, command.indexOf(' ')), debianPackage);
	}

	/** Run a client with a message as its input, and return its output. */
	private byte[] run(String command, byte[] message) throws IOException, InterruptedException {
		Path input = Files.write(this.directory.resolve("message"), message);
		Path output = this.directory.resolve("reply");
		Process client = new ProcessBuilder("sh", "-c", command.replace("PORT", String.valueOf(server.port())))
			.redirectInput(input.toFile())
			.redirectOutput(output.toFile())
			.redirectError(ProcessBuilder.Redirect.DISCARD)
			.start();
		try {
			assertThat(client.waitFor(TIMEOUT_IN_SECONDS, TimeUnit.SECONDS)).as("%s ends", command).isTrue();
		}
		finally {
			client.destroyForcibly();
		}
		return Files.readAllBytes(output);
	}

}
