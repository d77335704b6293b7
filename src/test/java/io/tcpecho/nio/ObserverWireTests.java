package io.tcpecho.nio;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

import io.tcpecho.connection.ListenerObserver;
import io.tcpecho.connection.ConnectionSummary;
import io.tcpecho.connection.Outcome;
import io.tcpecho.testing.EchoServer;
import io.tcpecho.testing.Peer;
import io.tcpecho.testing.Peer.End;
import io.tcpecho.testing.Peer.Reply;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Observers that fail: the connection and the other observers are not affected.
 */
class ObserverWireTests {

	private final List<Outcome> outcomes = new CopyOnWriteArrayList<>();

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

	private void assertEchoedWith(ListenerObserver failing) {
		ListenerObserver sound = (connection) -> this.outcomes.add(connection.outcome());
		byte[] message = { 1, 2, 3 };
		try (EchoServer server = EchoServer.framing("eof")
			.options((options) -> options
				.withObservers(Stream.concat(Stream.of(failing, sound), options.observers().stream()).toList()))
			.start()) {
			assertThat(Peer.exchange(server.port(), message)).isEqualTo(new Reply(message, End.FIN));
			server.awaitQuiet();
			assertThat(this.outcomes).containsExactly(Outcome.REPLIED);
		}
	}

}
