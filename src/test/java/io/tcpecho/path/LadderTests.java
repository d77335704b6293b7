package io.tcpecho.path;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a ladder finds when a time does not always go the same way. Its steps are not
 * silent: each sends its time, and the far end answers by that.
 */
class LadderTests {

	private final Set<String> refusedOnce = ConcurrentHashMap.newKeySet();

	private ServerSocket farEnd;

	private Thread thread;

	@BeforeEach
	void start() throws IOException {
		this.farEnd = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
		this.thread = new Thread(this::serve, "far-end");
		this.thread.start();
	}

	@AfterEach
	void stop() throws Exception {
		this.farEnd.close();
		this.thread.join();
	}

	@Test
	void whenTheTimeThatFailedGoesWellAgainTheBoundsAreThoseOfTheFirstRound() throws Exception {
		this.refusedOnce.add("2000");
		Finding finding = climb(Duration.ofSeconds(2));
		assertThat(finding.word()).isEqualTo(Word.UNSTABLE);
		assertThat(finding.text()).isEqualTo("1 s go well and 2 s do not, but not always");
		assertThat(finding.good()).isEqualTo(1_000);
		assertThat(finding.bad()).isEqualTo(2_000);
	}

	private Finding climb(Duration longest) throws Exception {
		try (Steps steps = new Steps((InetSocketAddress) this.farEnd.getLocalSocketAddress(), Duration.ofSeconds(10))) {
			return new Ladder(steps, Measurement.IDLE, (millis) -> {
				byte[] message = Step.bytes(Long.toString(millis));
				return Step.sending(message, message);
			}).climb(longest);
		}
	}

	/** Echo each message, but a time that is to be refused once gets FIN alone first. */
	private void serve() {
		while (!this.farEnd.isClosed()) {
			try (Socket connection = this.farEnd.accept()) {
				byte[] message = connection.getInputStream().readAllBytes();
				if (!this.refusedOnce.remove(new String(message, StandardCharsets.US_ASCII))) {
					connection.getOutputStream().write(message);
				}
			}
			catch (IOException ex) {
				if (!this.farEnd.isClosed()) {
					throw new UncheckedIOException(ex);
				}
			}
		}
	}

}
