package io.tcpecho.hostile;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import io.tcpecho.testing.EchoProcess;
import io.tcpecho.testing.NetworkNamespace;
import io.tcpecho.testing.Payload;
import io.tcpecho.testing.Peer;
import io.tcpecho.testing.Peer.End;
import io.tcpecho.testing.Peer.Reply;
import io.tcpecho.testing.Waits;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The server in a network namespace, its clients outside, and between them a link that
 * breaks, for a while or for ever, or that is narrow.
 */
@Tag("reliability")
class NetworkFaultIT {

	private static final Duration TIMEOUT = Duration.ofSeconds(2);

	/** Deadlines are looked at twice a second. */
	private static final Duration SLACK = Duration.ofSeconds(1);

	/** More than the socket buffers of both sides take. */
	private static final byte[] LARGE = Payload.random(12 * 1024 * 1024, 21);

	private static final int SMALL_RECEIVE_BUFFER = 8 * 1024;

	private NetworkNamespace network;

	@BeforeEach
	void connectNetwork() {
		this.network = NetworkNamespace.connected();
	}

	@AfterEach
	void removeNetwork() {
		this.network.close();
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("A peer that vanishes in the middle of a message is reset after the idle time")
	void whenThePeerVanishesInMidMessageItIsResetAtIdle(Fault fault) {
		try (EchoProcess process = server().listener("eof", "timeouts.idle", TIMEOUT).start().awaitStarted();
				Peer peer = connect(process, 0).send("half a message")) {
			fault.begin(this.network);
			process.awaitOutput("idle-timeout (RST), in 14 bytes, out 0 bytes, messages 0, ");
			assertThat(millis(process, "idle-timeout")).isBetween(TIMEOUT, TIMEOUT.plus(SLACK));
			assertThat(established()).isEmpty();
			fault.end(this.network);
			assertThat(peer.trySend(new byte[1]).readToEnd()).isEqualTo(new Reply(new byte[0], End.RST));
		}
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("A peer that vanishes in the middle of a reply is reset after the write time")
	void whenThePeerVanishesInMidReplyItIsResetAtWrite(Fault fault) {
		try (EchoProcess process = server().listener("eof", "timeouts.write", TIMEOUT).start().awaitStarted();
				Peer peer = connect(process, SMALL_RECEIVE_BUFFER)) {
			assertThat(peer.send(LARGE).halfClose().read(1000)).hasSize(1000);
			fault.begin(this.network);
			process.awaitOutput("write-timeout (RST), in " + LARGE.length + " bytes, out ");
			assertThat(established()).isEmpty();
			fault.end(this.network);
			assertThat(peer.readToEnd().end()).isEqualTo(End.RST);
		}
	}

	@ParameterizedTest
	@EnumSource
	void whenThePeerComesBackInTimeNothingIsLost(Fault fault) {
		try (EchoProcess process = server().start().awaitStarted();
				Peer halfSent = connect(process, 0).send("half a ");
				Peer halfRead = connect(process, SMALL_RECEIVE_BUFFER)) {
			int read = halfRead.send(LARGE).halfClose().read(1000).length;
			fault.begin(this.network);
			halfSent.send("message").halfClose();
			Waits.pause(TIMEOUT);
			fault.end(this.network);
			assertThat(halfSent.readToEnd().text()).isEqualTo("half a message");
			Reply rest = halfRead.readToEnd();
			assertThat(rest.end()).isEqualTo(End.FIN);
			assertThat(rest.bytes()).isEqualTo(Arrays.copyOfRange(LARGE, read, LARGE.length));
		}
	}

	private static Stream<Arguments> narrowPaths() {
		return Stream.of(path("segments of 88 bytes", (network) -> network.maxSegmentSize(88)),
				path("packets of 296 bytes", (network) -> network.maxPacketSize(296)), path("8 Mbit a second",
						(network) -> network.shape("tbf", "rate", "8mbit", "burst", "10kb", "latency", "50ms")));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("narrowPaths")
	void whenThePathIsNarrowEveryEchoIsIdentical(String name, Narrowing narrowing) {
		narrowing.narrow(this.network);
		try (EchoProcess process = keptOpen().start().awaitStarted()) {
			for (int size : List.of(0, 1, 87, 88, 89, 5 * 1024, 1024 * 1024)) {
				byte[] message = Payload.random(size, size);
				try (Peer peer = connect(process, 0).send(message).halfClose()) {
					assertThat(peer.readToEnd()).isEqualTo(new Reply(message, End.FIN));
				}
			}
			byte[] lines = Payload.numberedLines(1, 10_000);
			try (Peer peer = Peer.connectTo(this.network.address(), process.port("line"), 0)) {
				assertThat(peer.send(lines).halfClose().readToEnd()).isEqualTo(new Reply(lines, End.FIN));
			}
			assertThat(process.output()).doesNotContain("(RST)");
		}
	}

	private EchoProcess.Builder server() {
		return EchoProcess.configure()
			.inside(this.network)
			.withoutManagement()
			.listener("eof", "max-message-size", LARGE.length + "B")
			.argument("tcp-echo.max-buffered", "64MB")
			.argument("logging.level.tcpecho.access", "info");
	}

	private EchoProcess.Builder keptOpen() {
		return server().listener("line", "enabled", true)
			.listener("line", "port", 0)
			.listener("line", "address", this.network.address());
	}

	private Peer connect(EchoProcess process, int receiveBufferSize) {
		return Peer.connectTo(this.network.address(), process.port("eof"), receiveBufferSize);
	}

	/** Return the connections that the server's kernel holds for established. */
	private String established() {
		return this.network.run("ss", "--no-header", "--tcp", "--numeric", "state", "established");
	}

	private static Duration millis(EchoProcess process, String outcome) {
		return Duration.ofMillis(Long.parseLong(process.find(outcome + " .* (\\d+) ms\n")));
	}

	private static Arguments path(String name, Narrowing narrowing) {
		return Arguments.of(name, narrowing);
	}

	/** How the peer vanishes. */
	enum Fault {

		LINK_DOWN {

			@Override
			void begin(NetworkNamespace network) {
				network.linkDown();
			}

			@Override
			void end(NetworkNamespace network) {
				network.linkUp();
			}

		},

		BLACKHOLE {

			@Override
			void begin(NetworkNamespace network) {
				network.blackhole();
			}

			@Override
			void end(NetworkNamespace network) {
				network.endBlackhole();
			}

		};

		abstract void begin(NetworkNamespace network);

		abstract void end(NetworkNamespace network);

	}

	/** What is done to the path before the server starts. */
	interface Narrowing {

		void narrow(NetworkNamespace network);

	}

}
