package io.tcpecho.hostile;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import io.tcpecho.connection.Outcome;
import io.tcpecho.echo.EchoService;
import io.tcpecho.testing.Crowd;
import io.tcpecho.testing.EchoServer;
import io.tcpecho.testing.Oracle;
import io.tcpecho.testing.Payload;
import io.tcpecho.testing.Peer;
import io.tcpecho.testing.Peer.End;
import io.tcpecho.testing.Peer.Reply;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.integration.channel.DirectChannel;
import org.springframework.integration.endpoint.AbstractEndpoint;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageChannel;
import org.springframework.messaging.support.GenericMessage;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A service that fails or hangs costs its own connection and no other; and the log says
 * little of hostile clients, and nothing of what they sent.
 */
@ExtendWith(OutputCaptureExtension.class)
class ApplicationFaultTests {

	private static final Reply RESET = new Reply(new byte[0], End.RST);

	/** Fails as the first byte of a message says. */
	private static final EchoService MOODY = (message) -> switch (message[0]) {
		case '0' -> null;
		case '1' -> throw new IllegalStateException("on purpose");
		case '2' -> overflowTheStack(0);
		case '3' -> throw new IllegalArgumentException("on purpose");
		case '4' -> Arrays.copyOf(message, message.length - 1);
		case '5' -> Arrays.copyOf(message, message.length + 1);
		case '6' -> new byte[0];
		case '7' -> throw new AssertionError("on purpose");
		default -> message;
	};

	private static final int MOODS = 8;

	private static final String MARKER = "PaYlOaDmArKeR";

	/** A forged line, a terminal sequence and a look-up. */
	private static final byte[] PAYLOAD = (MARKER + "\r\n2026-01-01T00:00:00Z ERROR " + MARKER + " forged\r\n\u001b[31m"
			+ MARKER + "${jndi:ldap://127.0.0.1/" + MARKER + "}\n")
		.getBytes(StandardCharsets.US_ASCII);

	@ParameterizedTest(name = "framing {0}, executor {1}")
	@CsvSource({ "eof,none", "eof,pool", "line,none", "line,pool" })
	@DisplayName("A service that throws, or answers null or another length, costs no other connection")
	void whenTheServiceFailsThatConnectionIsResetAndNoOtherIs(String framing, String executor) {
		int rounds = 20 * MOODS;
		AtomicInteger others = new AtomicInteger();
		try (EchoServer server = EchoServer.framing(framing).listener("executor", executor).service(MOODY).start()) {
			Oracle oracle = Oracle.watch(server);
			Crowd bystanders = Crowd.start(4, Integer.MAX_VALUE, (number) -> {
				byte[] message = Payload.line(100, number);
				message[0] = 'x';
				assertThat(Peer.exchange(server.port(), message)).isEqualTo(new Reply(message, End.FIN));
				others.incrementAndGet();
			});
			Crowd.run(2, rounds, (number) -> {
				try (Peer peer = Peer.connect(server.port())) {
					peer.send((number % MOODS) + "oody\n");
					if (framing.equals("eof")) {
						peer.halfClose();
					}
					long start = System.nanoTime();
					assertThat(peer.readToEnd()).as("mood " + number % MOODS).isEqualTo(RESET);
					assertThat(since(start)).isLessThan(Duration.ofSeconds(1));
				}
			});
			bystanders.stop();
			assertThat(others.get()).isPositive();
			oracle.settled()
				.calls(rounds + others.get())
				.ended(Outcome.SERVICE_ERROR, rounds)
				.ended(framing.equals("eof") ? Outcome.REPLIED : Outcome.CLOSED_BY_PEER, others.get());
		}
	}

	@ParameterizedTest(name = "executor {0}")
	@ValueSource(strings = { "none", "pool" })
	@DisplayName("The replies before a failure of the service are sent")
	void whenTheServiceFailsForALaterLineTheRepliesBeforeItAreSent(String executor) {
		try (EchoServer server = EchoServer.framing("line").listener("executor", executor).service(MOODY).start()) {
			Oracle oracle = Oracle.watch(server);
			for (int mood = 0; mood < MOODS; mood++) {
				try (Peer peer = Peer.connect(server.port())) {
					Reply reply = peer.send("one\ntwo\n" + mood + "oody\nthree\n").readToEnd();
					assertThat(reply).isEqualTo(new Reply("one\ntwo\n".getBytes(), End.RST));
				}
			}
			oracle.settled().calls(3 * MOODS).allEnded(Outcome.SERVICE_ERROR, MOODS);
		}
	}

	@ParameterizedTest(name = "executor {0}")
	@ValueSource(strings = { "none", "pool" })
	@DisplayName("A null reply resets the connection within 100 ms in the median of 51 rounds")
	void whenTheServiceAnswersNullTheResetComesWithin100Milliseconds(String executor) {
		try (EchoServer server = EchoServer.framing("eof")
			.listener("executor", executor)
			.service((message) -> null)
			.start()) {
			Oracle oracle = Oracle.watch(server);
			long[] nanos = new long[51];
			Arrays.setAll(nanos, (round) -> {
				try (Peer peer = Peer.connect(server.port()).send("hello").halfClose()) {
					long start = System.nanoTime();
					assertThat(peer.readToEnd()).isEqualTo(RESET);
					return System.nanoTime() - start;
				}
			});
			Arrays.sort(nanos);
			assertThat(Duration.ofNanos(nanos[nanos.length / 2])).isLessThan(Duration.ofMillis(100));
			oracle.settled().calls(nanos.length).allEnded(Outcome.SERVICE_ERROR, nanos.length);
		}
	}

	@ParameterizedTest(name = "executor {0}")
	@ValueSource(strings = { "none", "pool" })
	@DisplayName("A flow that answers with another type than bytes, or with nothing, resets the connection")
	void whenTheFlowAnswersWithAnotherTypeTheConnectionIsReset(String executor) {
		try (EchoServer server = EchoServer.framing("eof").listener("executor", executor).start()) {
			Oracle oracle = Oracle.watch(server);
			server.context().getBean("echo.echo", AbstractEndpoint.class).stop();
			server.context().getBean("echo.requests", DirectChannel.class).subscribe((message) -> answer(message));
			assertThat(Peer.exchange(server.port(), "number".getBytes())).isEqualTo(RESET);
			assertThat(Peer.exchange(server.port(), "silence".getBytes())).isEqualTo(RESET);
			oracle.settled().calls(0).allEnded(Outcome.SERVICE_ERROR, 2);
		}
	}

	private static void answer(Message<?> request) {
		if (request.getPayload() instanceof io.tcpecho.payload.Payload message && message.toByteArray()[0] == 'n'
				&& request.getHeaders().getReplyChannel() instanceof MessageChannel replies) {
			replies.send(new GenericMessage<>(42));
		}
	}

	@Test
	@DisplayName("The log says at most once a second that the service fails for all messages")
	void whenTheServiceFailsForEverybodyTheLogSaysSoOnceASecond(CapturedOutput output) {
		int rounds = 500;
		try (EchoServer server = EchoServer.framing("eof").service((message) -> {
			throw new IllegalStateException("on purpose");
		}).start()) {
			Oracle oracle = Oracle.watch(server, output);
			long start = System.nanoTime();
			Crowd.run(8, rounds,
					(number) -> assertThat(Peer.exchange(server.port(), new byte[] { 1 })).isEqualTo(RESET));
			oracle.settled().calls(rounds).allEnded(Outcome.SERVICE_ERROR, rounds);
			assertThat(oracle.log().lines().filter((line) -> line.contains("ERROR"))).hasSizeBetween(1,
					2 + (int) since(start).toSeconds());
		}
	}

	@ParameterizedTest(name = "framing {0}, executor {1}")
	@CsvSource({ "eof,none", "eof,pool", "line,none", "line,pool" })
	@DisplayName("No byte of a payload is logged at any level, forged lines and look-ups included")
	void whenEverythingIsLoggedNoByteOfAPayloadIs(String framing, String executor, CapturedOutput output) {
		try (EchoServer server = EchoServer.framing(framing)
			.listener("executor", executor)
			.listener("max-message-size", "1KB")
			.property("logging.level.io.tcpecho", "TRACE")
			.property("logging.level.org.springframework.integration", "TRACE")
			.property("logging.level.org.springframework.messaging", "TRACE")
			.service((message) -> {
				if (message.length > 512) {
					throw new IllegalStateException("on purpose");
				}
				return message;
			})
			.start()) {
			Oracle oracle = Oracle.watch(server);
			// Served, refused by the service, too long, cut off.
			assertThat(Peer.exchange(server.port(), PAYLOAD)).isEqualTo(new Reply(PAYLOAD, End.FIN));
			assertThat(Peer.exchange(server.port(), repeated(600)).end()).isEqualTo(End.RST);
			assertThat(Peer.exchange(server.port(), repeated(2_000)).end()).isEqualTo(End.RST);
			Peer.connect(server.port()).send(MARKER).reset();
			oracle.settled()
				.calls(framing.equals("eof") ? 2 : 4)
				.ended(Outcome.SERVICE_ERROR, 1)
				.ended(Outcome.OVERSIZE, 1)
				.ended(Outcome.RESET_BY_PEER, 1);
		}
		finally {
			// No later test of this process pays for the levels.
			setLevel(LoggingSystem.get(getClass().getClassLoader()), null);
		}
		assertThat(output).contains("DEBUG").contains("oversize").doesNotContainIgnoringCase(MARKER);
	}

	@Test
	@DisplayName("Ten thousand clients that reset are counted and cost no line of the log")
	void whenTenThousandClientsResetTheLogStaysQuiet(CapturedOutput output) {
		int rounds = 10_000;
		try (EchoServer server = EchoServer.framing("eof").start()) {
			Oracle oracle = Oracle.watch(server, output);
			Crowd.run(8, rounds, (number) -> {
				Peer peer = Peer.connect(server.port());
				if (number % 2 == 0) {
					peer.send("half");
				}
				peer.reset();
			});
			oracle.settled().calls(0);
			// The accept queue may overflow for a moment: those were never accepted.
			assertThat(oracle.accepted()).isBetween(rounds * 9L / 10, (long) rounds);
			oracle.allEnded(Outcome.RESET_BY_PEER, oracle.accepted());
			assertThat(oracle.log()).isEmpty();
		}
	}

	@Test
	@DisplayName("All clients are served, and no payload shows, when every logger is set to TRACE under load")
	void whenTraceIsSwitchedOnUnderLoadEverybodyIsServedAndNoPayloadIsLogged(CapturedOutput output) {
		int rounds = 400;
		LoggingSystem logging = LoggingSystem.get(getClass().getClassLoader());
		try (EchoServer server = EchoServer.framing("eof").start()) {
			Oracle oracle = Oracle.watch(server);
			Crowd load = Crowd.start(4, rounds, (number) -> {
				if (number == rounds / 4) {
					setLevel(logging, LogLevel.TRACE);
				}
				assertThat(Peer.exchange(server.port(), PAYLOAD)).isEqualTo(new Reply(PAYLOAD, End.FIN));
			});
			load.await();
			oracle.settled().calls(rounds).allEnded(Outcome.REPLIED, rounds);
		}
		finally {
			setLevel(logging, null);
		}
		assertThat(output).contains("DEBUG").contains("TRACE").doesNotContainIgnoringCase(MARKER);
	}

	private static void setLevel(LoggingSystem logging, @Nullable LogLevel level) {
		Stream.of("io.tcpecho", "org.springframework.integration", "org.springframework.messaging")
			.forEach((logger) -> logging.setLogLevel(logger, level));
	}

	/** Return a line that is full of markers. */
	private static byte[] repeated(int size) {
		byte[] bytes = new byte[size];
		byte[] marker = MARKER.getBytes(StandardCharsets.US_ASCII);
		for (int i = 0; i < size; i++) {
			bytes[i] = marker[i % marker.length];
		}
		bytes[size - 1] = '\n';
		return bytes;
	}

	private static byte[] overflowTheStack(int depth) {
		return (depth < 0) ? new byte[0] : overflowTheStack(depth + 1);
	}

	private static Duration since(long start) {
		return Duration.ofNanos(System.nanoTime() - start);
	}

}
