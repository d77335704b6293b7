package io.tcpecho.client;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.tcpecho.connection.Outcome;
import io.tcpecho.framing.Framing;
import io.tcpecho.gateway.NioClientConnectionFactory;
import io.tcpecho.probe.MessageFormat;
import io.tcpecho.testing.Crowd;
import io.tcpecho.testing.FullAcceptQueue;
import io.tcpecho.testing.NioServer;
import io.tcpecho.testing.Payload;
import io.tcpecho.testing.ScriptedServer;
import io.tcpecho.testing.ScriptedServer.Script;
import io.tcpecho.text.Labels;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.integration.autoconfigure.IntegrationAutoConfiguration;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

/**
 * The client bean through the stock outbound gateway, over real sockets.
 * {@code -Dtest.echoes} sets how many echoes are many.
 */
class EchoClientTests {

	private static final byte[] MESSAGE = "hello".getBytes(StandardCharsets.US_ASCII);

	private static final int ECHOES = Integer.getInteger("test.echoes", 2_000);

	/** A caller that waits for a timeout waits 60 seconds, far longer than this. */
	private static final Duration AT_ONCE = Duration.ofSeconds(5);

	/** The stock gateway waits 2 s for the reply that an empty message has had. */
	private static final Duration WITHOUT_WAITING = Duration.ofSeconds(1);

	/** What is promised; a busy machine may need more, but not for each of some calls. */
	private static final Duration LATE = Duration.ofMillis(500);

	/** For any call. */
	private static final Duration VERY_LATE = Duration.ofSeconds(2);

	@BeforeAll
	static void keepSpringQuiet() {
		LoggingSystem.get(EchoClientTests.class.getClassLoader()).setLogLevel("org.springframework", LogLevel.OFF);
	}

	@AfterAll
	static void letSpringSpeak() {
		LoggingSystem.get(EchoClientTests.class.getClassLoader()).setLogLevel("org.springframework", null);
	}

	@AfterEach
	void noThreadIsLeftBehind() {
		await().untilAsserted(() -> assertThat(NioServer.threads("tcp-echo-client")).isEmpty());
	}

	@ParameterizedTest
	@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "STREAM")
	void whenTheServerEchoesTheSameBytesComeBack(Framing framing) {
		try (NioServer server = NioServer.framing(framing).maxMessageSize(200).start()) {
			run(server.port(), (client) -> {
				for (int i = 0; i < 10; i++) {
					byte[] message = Payload.line(200, i);
					message = Arrays.copyOf(message, 200);
					assertThat(client.echo(message)).isEqualTo(message);
				}
				assertThat(server.accepted()).isEqualTo((framing == Framing.EOF) ? 10 : 1);
				assertThat(server.serviceCalls()).isEqualTo(10);
			}, "tcp-echo.client.framing=" + Labels.of(framing), "tcp-echo.client.max-message-size=200B");
			server.awaitQuiet();
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "EOF", "LINE", "LENGTH_4" })
	void whenTheMessageIsEmptyItsEmptyReplyComesAtOnce(Framing framing) {
		try (NioServer server = NioServer.framing(framing).start()) {
			run(server.port(), (client) -> {
				client.echo(MESSAGE);
				int calls = 20;
				long start = System.nanoTime();
				for (int i = 0; i < calls; i++) {
					long before = System.nanoTime();
					assertThat(client.echo(new byte[0])).isEmpty();
					assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(WITHOUT_WAITING);
				}
				// On the average: a single one may meet a pause of the machine.
				assertThat(Duration.ofNanos(System.nanoTime() - start).dividedBy(calls))
					.isLessThan(Duration.ofMillis(100));
			}, "tcp-echo.client.framing=" + Labels.of(framing));
			server.awaitQuiet();
		}
	}

	@Test
	void whenAMessageIsLargeItComesBackWhole() {
		try (NioServer server = NioServer.framing(Framing.EOF).maxMessageSize(20 * 1024 * 1024).start()) {
			byte[] message = Payload.random(20 * 1024 * 1024, 1);
			run(server.port(), (client) -> assertThat(client.echo(message)).isEqualTo(message),
					"tcp-echo.client.max-message-size=20MB");
			server.awaitQuiet();
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "EOF", "LINE" })
	void whenManyCallAtOnceEachGetsItsOwn(Framing framing) {
		try (NioServer server = NioServer.framing(framing).start()) {
			run(server.port(), (client) -> {
				Crowd.run(8, ECHOES, (number) -> {
					byte[] message = ("message " + number).getBytes(StandardCharsets.US_ASCII);
					assertThat(client.echo(message)).isEqualTo(message);
				});
				assertThat(server.accepted()).isEqualTo((framing == Framing.EOF) ? ECHOES : 1);
			}, "tcp-echo.client.framing=" + Labels.of(framing));
			server.awaitQuiet();
			assertThat(server.outcomes((framing == Framing.EOF) ? Outcome.REPLIED : Outcome.RESET_BY_PEER))
				.isEqualTo((framing == Framing.EOF) ? ECHOES : 1);
		}
	}

	@Test
	void whenTheServerResetsOnAcceptEveryCallerFailsAtOnce() {
		try (ScriptedServer server = ScriptedServer.running(ScriptedServer::reset)) {
			run(server.port(), (client) -> {
				long slowest = 0;
				for (int round = 0; round < 1_000; round++) {
					long before = System.nanoTime();
					assertThatExceptionOfType(EchoFailedException.class).isThrownBy(() -> client.echo(MESSAGE))
						.withMessageMatching("No echo from 127.0.0.1:\\d+: .*(reset|pipe).*");
					slowest = Math.max(slowest, System.nanoTime() - before);
				}
				assertThat(Duration.ofNanos(slowest)).isLessThan(AT_ONCE);
			});
		}
	}

	@Test
	void whenAKeptConnectionIsResetOnAcceptEveryCallerFailsAtOnce() {
		try (ScriptedServer server = ScriptedServer.running(ScriptedServer::reset)) {
			run(server.port(), (client) -> {
				for (int round = 0; round < 200; round++) {
					long before = System.nanoTime();
					assertThatExceptionOfType(EchoFailedException.class).isThrownBy(() -> client.echo(MESSAGE));
					assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(AT_ONCE);
				}
			}, "tcp-echo.client.framing=line");
		}
	}

	@Test
	void whenTheServerEndsAKeptConnectionTheNextCallOpensAnother() {
		try (NioServer server = NioServer.framing(Framing.LINE).idleTimeout(Duration.ofMillis(500)).start()) {
			run(server.port(), (client) -> {
				assertThat(client.echo(MESSAGE)).isEqualTo(MESSAGE);
				server.awaitQuiet();
				await().untilAsserted(() -> assertThat(client.echo(MESSAGE)).isEqualTo(MESSAGE));
				assertThat(server.accepted()).isGreaterThan(1);
			}, "tcp-echo.client.framing=line");
		}
	}

	@Test
	void whenTheReplyIsLostTheCallerIsTold() {
		assertThat(failure((socket) -> {
			socket.getInputStream().readAllBytes();
			socket.close();
		})).endsWith(": 0 bytes came back of 5, the same up to offset 0");
	}

	@ParameterizedTest
	@CsvSource({ "eof, '3 bytes came back of 5, the same up to offset 3'", "line, The server has closed the connection",
			"length-4, The server has closed the connection" })
	void whenFinComesAfterHalfTheReplyTheCallerIsTold(String framing, String message) {
		assertThat(failure((socket) -> {
			answerHalf(framing, socket);
			socket.close();
		}, "tcp-echo.client.framing=" + framing)).endsWith(": " + message);
	}

	@ParameterizedTest
	@ValueSource(strings = { "eof", "line", "length-4" })
	void whenRstComesAfterHalfTheReplyTheCallerIsTold(String framing) {
		assertThat(failure((socket) -> {
			answerHalf(framing, socket);
			ScriptedServer.reset(socket);
		}, "tcp-echo.client.framing=" + framing)).endsWith(": Connection reset");
	}

	/** Take a message and send as much of its echo as has three bytes of the payload. */
	private static void answerHalf(String framing, Socket socket) throws IOException {
		MessageFormat format = MessageFormat.of(framing);
		byte[] message = format.isEndedByFin() ? socket.getInputStream().readAllBytes()
				: socket.getInputStream().readNBytes(format.message(MESSAGE.length, 0, 0).length);
		socket.getOutputStream().write(message, 0, message.length - 2);
	}

	@Test
	void whenTheReplyIsWrongTheCallerIsTold() {
		assertThat(failure((socket) -> {
			socket.getInputStream().readAllBytes();
			socket.getOutputStream().write("help!".getBytes(StandardCharsets.US_ASCII));
			socket.close();
		})).endsWith(": 5 bytes came back of 5, the same up to offset 3");
	}

	@Test
	void whenTheReplyIsTooLongTheCallerIsTold() {
		assertThat(failure((socket) -> socket.getOutputStream().write(new byte[6 * 1024])))
			.endsWith(": Message is longer than 5120 bytes");
	}

	@ParameterizedTest
	@ValueSource(strings = { "eof", "line" })
	void whenNothingComesTheCallerIsToldInTime(String framing) {
		try (ScriptedServer server = ScriptedServer.running((socket) -> {
		})) {
			assertFailsInTime(server.port(), Duration.ofMillis(300), "Timed out waiting for response",
					"tcp-echo.client.exchange-timeout=300ms", "tcp-echo.client.framing=" + framing);
		}
	}

	@Test
	void whenNothingComesTheConnectionIsReset() throws Exception {
		CompletableFuture<Throwable> end = new CompletableFuture<>();
		try (ScriptedServer server = ScriptedServer
			.running((socket) -> end.complete(catchThrowable(() -> socket.getInputStream().readAllBytes())))) {
			assertFailsInTime(server.port(), Duration.ofMillis(300), "Timed out waiting for response",
					"tcp-echo.client.exchange-timeout=300ms", "tcp-echo.client.framing=line");
			assertThat(end.get(AT_ONCE.toSeconds(), TimeUnit.SECONDS)).hasMessage("Connection reset");
		}
	}

	@Test
	void whenNobodyAnswersTheConnectTheCallerIsToldInTime() throws IOException {
		try (FullAcceptQueue server = new FullAcceptQueue()) {
			assertFailsInTime(server.port(), Duration.ofMillis(300), "The deadline has passed",
					"tcp-echo.client.connect-timeout=300ms");
		}
	}

	private static void assertFailsInTime(int port, Duration limit, String message, String... properties) {
		runner(port).withPropertyValues(properties).run((context) -> {
			List<Duration> times = new ArrayList<>();
			for (int i = 0; i < 3; i++) {
				long before = System.nanoTime();
				assertThatExceptionOfType(EchoFailedException.class)
					.isThrownBy(() -> context.getBean(EchoClient.class).echo(MESSAGE))
					.withMessageContaining(message);
				times.add(Duration.ofNanos(System.nanoTime() - before));
			}
			assertThat(times)
				.allSatisfy((time) -> assertThat(time).isBetween(limit.minusMillis(50), limit.plus(VERY_LATE)))
				.anySatisfy((time) -> assertThat(time).isLessThan(limit.plus(LATE)));
			NioClientConnectionFactory factory = context.getBean(NioClientConnectionFactory.class);
			await().untilAsserted(() -> assertThat(factory.getOpenConnectionIds()).isEmpty());
		});
	}

	@Test
	void whenAKeptConnectionGetsAnUnaskedMessageItIsNotTakenForAReply() throws Exception {
		CompletableFuture<Void> first = new CompletableFuture<>();
		try (ScriptedServer server = ScriptedServer.running((socket) -> {
			socket.getInputStream().readNBytes(MESSAGE.length + 1);
			socket.getOutputStream().write("hello\nhello\n".getBytes(StandardCharsets.US_ASCII));
			first.join();
		})) {
			run(server.port(), (client) -> {
				assertThat(client.echo(MESSAGE)).isEqualTo(MESSAGE);
				await().untilAsserted(() -> assertThat(client.echo(MESSAGE)).isEqualTo(MESSAGE));
				assertThat(server.accepted()).isGreaterThan(1);
			}, "tcp-echo.client.framing=line");
			first.complete(null);
		}
	}

	@Test
	void whenNothingListensTheCallerIsTold() throws IOException {
		try (Socket taken = new Socket()) {
			taken.bind(new InetSocketAddress("127.0.0.1", 0));
			int port = taken.getLocalPort();
			run(port,
					(client) -> assertThatExceptionOfType(EchoFailedException.class)
						.isThrownBy(() -> client.echo(MESSAGE))
						.withMessage("No echo from 127.0.0.1:" + port + ": Connection refused"));
		}
	}

	@Test
	void whenTheApplicationEndsCallersAreToldAtOnce() throws Exception {
		try (ScriptedServer server = ScriptedServer.running(Socket::getInputStream)) {
			CompletableFuture<EchoFailedException> failure = new CompletableFuture<>();
			run(server.port(), (client) -> {
				CompletableFuture.runAsync(() -> failure
					.complete(catchThrowableOfType(EchoFailedException.class, () -> client.echo(MESSAGE))));
				await().until(() -> server.accepted() == 1);
			});
			assertThat(failure.get(AT_ONCE.toSeconds(), TimeUnit.SECONDS)).isNotNull();
		}
	}

	@Test
	void whenAConnectionIsClosedItsFactoryForgetsIt() {
		try (NioServer server = NioServer.framing(Framing.EOF).start()) {
			runner(server.port()).run((context) -> {
				NioClientConnectionFactory factory = context.getBean(NioClientConnectionFactory.class);
				for (int i = 0; i < 100; i++) {
					context.getBean(EchoClient.class).echo(MESSAGE);
				}
				await().untilAsserted(() -> assertThat(factory.getOpenConnectionIds()).isEmpty());
			});
			server.awaitQuiet();
		}
	}

	@Test
	void whenTheFramingHasNoMessagesTheStartIsRefused() {
		runner(7).withPropertyValues("tcp-echo.client.framing=stream")
			.run((context) -> assertThat(context).getFailure()
				.hasRootCauseMessage("Property tcp-echo.client.framing with value 'stream' is invalid: "
						+ "must be another, because stream has no messages"));
	}

	@Test
	void whenAKeyIsUnknownTheStartIsRefused() {
		runner(7).withPropertyValues("tcp-echo.client.timeout=1s")
			.run((context) -> assertThat(context).getFailure()
				.hasRootCauseMessage("The elements [tcp-echo.client.timeout] were left unbound."));
	}

	private static String failure(Script script, String... properties) {
		String[] message = new String[1];
		try (ScriptedServer server = ScriptedServer.running(script)) {
			run(server.port(),
					(client) -> message[0] = catchThrowableOfType(EchoFailedException.class, () -> client.echo(MESSAGE))
						.getMessage(),
					properties);
		}
		return message[0];
	}

	private static void run(int port, Consumer<EchoClient> test, String... properties) {
		runner(port).withPropertyValues(properties).run((context) -> {
			assertThat(context).hasNotFailed();
			test.accept(context.getBean(EchoClient.class));
		});
	}

	private static ApplicationContextRunner runner(int port) {
		return new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(IntegrationAutoConfiguration.class, EchoClientAutoConfiguration.class))
			.withPropertyValues("tcp-echo.client.host=127.0.0.1", "tcp-echo.client.port=" + port,
					"tcp-echo.client.exchange-timeout=60s");
	}

}
