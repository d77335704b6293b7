package io.tcpecho.nio;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

import io.tcpecho.connection.ConnectionSummary;
import io.tcpecho.connection.ListenerObserver;
import io.tcpecho.connection.Outcome;
import io.tcpecho.framing.Framing;
import io.tcpecho.testing.NioServer;
import io.tcpecho.testing.Peer;
import io.tcpecho.testing.Peer.End;
import io.tcpecho.testing.Peer.Reply;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Observers that fail: neither the client nor another observer notices.
 */
class ObserverWireTests {

	@Test
	void whenAnObserverThrowsOnAcceptTheConnectionIsServed() {
		assertEchoedWith(new ListenerObserver() {

			@Override
			public void accepted() {
				throw new IllegalStateException("An observer that fails for a test");
			}

			@Override
			public void closed(ConnectionSummary connection) {
			}

		});
	}

	@Test
	void whenAnObserverThrowsAnExceptionOnCloseThePlaceIsGivenBack() {
		assertEchoedWith((connection) -> {
			throw new IllegalStateException("An observer that fails for a test");
		});
	}

	@Test
	void whenAnObserverThrowsAnErrorOnCloseThePlaceIsGivenBack() {
		assertEchoedWith((connection) -> {
			throw new AssertionError("An observer that fails for a test");
		});
	}

	@Test
	void whenAnObserverThrowsAtEachEventTheConnectionIsServed() {
		assertEchoedWith(new ListenerObserver() {

			@Override
			public void received(int bytes) {
				throw new IllegalStateException("An observer that fails for a test");
			}

			@Override
			public void sent(int bytes) {
				throw new IllegalStateException("An observer that fails for a test");
			}

			@Override
			public void messageReceived(int bytes) {
				throw new IllegalStateException("An observer that fails for a test");
			}

			@Override
			public void replied(long nanos) {
				throw new IllegalStateException("An observer that fails for a test");
			}

			@Override
			public void closed(ConnectionSummary connection) {
				throw new IllegalStateException("An observer that fails for a test");
			}

		});
	}

	private static void assertEchoedWith(ListenerObserver failing) {
		List<Outcome> outcomes = new CopyOnWriteArrayList<>();
		ListenerObserver sound = (connection) -> outcomes.add(connection.outcome());
		try (NioServer server = NioServer.framing(Framing.EOF)
			.options((options) -> options
				.withObservers(Stream.concat(Stream.of(failing, sound), options.observers().stream()).toList()))
			.start()) {
			byte[] message = { 1, 2, 3 };
			assertThat(Peer.exchange(server.port(), message)).isEqualTo(new Reply(message, End.FIN));
			server.awaitQuiet();
			assertThat(outcomes).containsExactly(Outcome.REPLIED);
		}
	}

}
