package io.tcpecho.nio;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.tcpecho.connection.ListenerObserver;
import io.tcpecho.connection.ConnectionSummary;
import io.tcpecho.connection.Outcome;
import io.tcpecho.testing.EchoServer;
import io.tcpecho.testing.Peer;
import io.tcpecho.testing.Peer.End;
import io.tcpecho.testing.Peer.Reply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Observers that fail: nobody else notices.
 */
class ObserverWireTests {

	private final List<Outcome> outcomes = new CopyOnWriteArrayList<>();

	private final EchoServer server = EchoServer.framing("eof").start();

	@BeforeEach
	void nothingIsObservedYet() {
		assertThat(this.outcomes).isEmpty();
	}

	@AfterEach
	void theServerIsAsBefore() {
		try (this.server) {
			this.server.awaitQuiet();
			assertThat(this.outcomes).containsExactly(Outcome.REPLIED);
		}
	}

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
		this.server.connectionFactory().setObservers(List.of(failing, sound, this.server.listener().getCounters()));
		byte[] message = { 1, 2, 3 };
		assertThat(Peer.exchange(this.server.port(), message)).isEqualTo(new Reply(message, End.FIN));
	}

}
