package io.tcpecho.hostile;

import java.util.concurrent.atomic.AtomicInteger;

import io.tcpecho.connection.Outcome;
import io.tcpecho.server.EchoListener;
import io.tcpecho.testing.Crowd;
import io.tcpecho.testing.EchoServer;
import io.tcpecho.testing.Payload;
import io.tcpecho.testing.Peer;
import io.tcpecho.testing.Peer.End;
import io.tcpecho.testing.Peer.Reply;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A few clients that try to keep the memory of all others, inside every deadline.
 */
class MemoryHostageTests {

	private static final int KB = 1024;

	private static final int LARGEST = 512 * KB;

	private static final int HOSTILE = 4;

	private static final int EXCHANGES = 60;

	@ParameterizedTest
	@EnumSource
	@DisplayName("When four clients hold all memory and drip, or do not read, 95 % of the others are served on both listeners")
	void whenFourClientsHoldAllMemoryTheOthersAreServed(Attack attack) {
		try (EchoServer server = EchoServer.framing("eof")
			.listener("max-message-size", LARGEST + "B")
			.property("tcp-echo.listeners.small.port", "0")
			.property("tcp-echo.listeners.small.address", "127.0.0.1")
			.property("tcp-echo.max-buffered", HOSTILE * LARGEST + "B")
			.start()) {
			server.connectionFactory().setSoSendBufferSize(8 * KB);
			int small = server.context().getBean("small.listener", EchoListener.class).getPort();
			try (Crowd hostile = Crowd.start(HOSTILE, Integer.MAX_VALUE, (number) -> attack.run(server.port()))) {
				server.awaitOpen(HOSTILE);
				AtomicInteger large = new AtomicInteger();
				AtomicInteger others = new AtomicInteger();
				Crowd.run(6, 2 * EXCHANGES, (number) -> {
					byte[] message = Payload.random(64, number);
					boolean first = number % 2 == 0;
					Reply reply = Peer.exchange(first ? server.port() : small, message);
					if (reply.equals(new Reply(message, End.FIN))) {
						(first ? large : others).incrementAndGet();
					}
				});
				assertThat(large.get()).as("served beside the hostile clients")
					.isGreaterThanOrEqualTo(EXCHANGES * 95 / 100);
				assertThat(others.get()).as("served by the other listener")
					.isGreaterThanOrEqualTo(EXCHANGES * 95 / 100);
				assertThat(server.outcomes(Outcome.OVERLOADED)).as("told to give way").isPositive();
				hostile.stop();
			}
			server.awaitQuiet();
		}
	}

	/** What hostile clients do, until they are reset. */
	private enum Attack {

		/** Hold an unfinished message, and send a byte of it now and then. */
		DRIP {
			@Override
			void run(int port) {
				try (Peer peer = Peer.connect(port).trySend(new byte[LARGEST - 100])) {
					for (int i = 0; i < 50 && !peer.hasSeenReset(); i++) {
						peer.pause(100).trySend(new byte[1]);
					}
				}
			}
		},

		/** Hold a reply, and read nothing of it. */
		READ_NOTHING {
			@Override
			void run(int port) {
				try (Peer peer = Peer.connect(port, 4 * KB).trySend(new byte[LARGEST]).tryHalfClose()) {
					for (int i = 0; i < 50 && !peer.hasSeenReset(); i++) {
						peer.pause(100);
					}
				}
			}
		};

		abstract void run(int port);

	}

}
