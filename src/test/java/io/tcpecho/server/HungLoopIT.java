package io.tcpecho.server;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

import io.tcpecho.nio.EventLoop;
import io.tcpecho.testing.EchoServer;
import io.tcpecho.testing.Peer;
import io.tcpecho.testing.Peer.End;
import io.tcpecho.testing.Peer.Reply;
import io.tcpecho.testing.Waits;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A listener whose event loop hangs, as in a service that does not return.
 */
@Tag("reliability")
class HungLoopIT {

	private static final Duration PATIENCE = Duration.ofSeconds(20);

	private static final byte[] HELLO = "hello".getBytes(StandardCharsets.US_ASCII);

	@Test
	@Timeout(60)
	@DisplayName("A resume fails while the event loop hangs, and succeeds later")
	void whenTheLoopHangsAResumeFailsAndALaterOneSucceeds() {
		CountDownLatch go = new CountDownLatch(1);
		try (EchoServer server = EchoServer.framing("eof").start()) {
			EchoListener listener = server.listener();
			EventLoop loop = server.connectionFactory().getEventLoops().get(0);
			listener.pause();
			loop.execute(() -> Waits.await(go));
			assertThatExceptionOfType(ListenerStateException.class).isThrownBy(listener::resume)
				.withMessage("Listener echo cannot listen on 127.0.0.1 port " + server.port()
						+ ": its event loop does not answer within 5 seconds");
			assertThat(listener.getState()).isEqualTo(ListenerState.FAILED);
			go.countDown();
			assertThat(loop.answersWithin(PATIENCE)).isTrue();
			listener.resume();
			assertThat(Peer.exchange(server.port(), HELLO)).isEqualTo(new Reply(HELLO, End.FIN));
		}
		finally {
			go.countDown();
		}
	}

}
