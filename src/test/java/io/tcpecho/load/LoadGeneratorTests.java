package io.tcpecho.load;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.tcpecho.nio.EventLoop;
import io.tcpecho.probe.AddressFamily;
import io.tcpecho.probe.Entrance;
import io.tcpecho.probe.MessageFormat;
import io.tcpecho.probe.Target;
import io.tcpecho.probe.Way;
import io.tcpecho.testing.EchoServer;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a load that is stopped before its time counts as not begun.
 */
class LoadGeneratorTests {

	private static final int RATE = 1_000;

	@Test
	void whenAConnectionIsFreeNothingThatBecameDueBeforeTheStopIsHeldUp() throws Exception {
		// On a busy machine the loop may be late by far more than the 100 exchanges.
		assertThat(stoppedLate(1_000).notBegun()).isZero();
	}

	@Test
	void whenNoConnectionIsFreeWhatIsDueHasNotBegun() throws Exception {
		assertThat(stoppedLate(1).notBegun()).isPositive();
	}

	/** Stop a load whose loop has been busy with something else for 100 exchanges. */
	private static LoadSummary stoppedLate(int connections) throws Exception {
		BlockingQueue<LoadEvent> events = new LinkedBlockingQueue<>();
		try (EchoServer server = EchoServer.framing("eof").start()) {
			EventLoop loop = EventLoop.start("load", Duration.ofSeconds(1));
			try {
				LoadSettings settings = new LoadSettings(new Target("127.0.0.1", server.port()),
						MessageFormat.of("eof"), List.of(64), connections, RATE, Duration.ZERO, Duration.ofMinutes(1),
						Duration.ofSeconds(10));
				Way way = Entrance.DIRECT.towards(settings.target(), AddressFamily.ANY, 0);
				LoadGenerator generator = new LoadGenerator(loop, way.peers().get(0), way, settings,
						new Origin("test", "host", "machine"), events::add);
				loop.execute(() -> {
					generator.begin();
					long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(1) / RATE * 100;
					while (System.nanoTime() - until < 0) {
						Thread.onSpinWait();
					}
					generator.stop();
				});
				LoadEvent event = events.poll(10, TimeUnit.SECONDS);
				assertThat(event).isInstanceOf(LoadSummary.class);
				return (LoadSummary) event;
			}
			finally {
				loop.stop();
				assertThat(loop.awaitEnd(Duration.ofSeconds(10))).isTrue();
			}
		}
	}

}
