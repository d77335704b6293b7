package io.tcpecho.cli;

import java.util.concurrent.atomic.AtomicInteger;

import io.tcpecho.testing.EchoServer;
import io.tcpecho.testing.Proxy;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Results of {@code path} that need no other network: an exact time, and tries that
 * differ.
 */
@Tag("reliability")
class PathResultIT {

	@Test
	void whenAProxyEndsWhatIsSilentItsTimeoutIsFoundExactly() {
		try (EchoServer server = EchoServer.framing("eof").listener("service", "lab").start();
				Proxy haproxy = Proxy.haproxy(server.port(), "timeout client 3s", "timeout server 3s")) {
			Invocation path = Invocation
				.of("path 127.0.0.1:" + haproxy.port() + " idle half-close --max-idle 6s --max-half-close 6s");
			assertThat(path.out())
				.containsPattern("^idle: LIMIT_FOUND: the connection is ended by FIN after 3(\\.\\d+)? s"
						+ " of silence\nhalf-close: LIMIT_FOUND: the connection is ended by FIN after 3(\\.\\d+)? s of"
						+ " silence\n$");
			assertThat(path.exitCode()).isOne();
		}
	}

	@Test
	void whenALongerSilenceGoesWellThanOneThatFailsTheResultIsUnstable() {
		AtomicInteger calls = new AtomicInteger();
		try (EchoServer server = EchoServer.framing("eof").service((message) -> {
			// The first call is the question what the far end is.
			if (calls.incrementAndGet() == 3) {
				throw new IllegalStateException("on purpose");
			}
			return message;
		}).start()) {
			Invocation path = Invocation.of("path 127.0.0.1:" + server.port() + " idle --max-idle 3s");
			assertThat(path.out()).matches("idle: UNSTABLE: .* go well and .* do not, but not always\n");
			assertThat(path.exitCode()).isOne();
		}
	}

}
