package io.tcpecho.hostile;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.tcpecho.testing.Commands;
import io.tcpecho.testing.EchoProcess;
import io.tcpecho.testing.Peer;
import io.tcpecho.testing.Waits;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a server costs that has nothing to do.
 */
@Tag("reliability")
class IdleIT {

	private static final int SECONDS = Integer.getInteger("test.seconds", 10);

	private static final int TRACED_IN_SECONDS = 5;

	private static final int CONNECTIONS = 1_000;

	/** What begins with the start ends some time after it. */
	private static final int SETTLING_IN_MILLIS = 5_000;

	@Test
	@DisplayName("An idle server takes at most 0.5 % of a core with any number of connections")
	void whenNothingHappensTheServerRestsWithAnyNumberOfConnections() {
		List<Peer> peers = new ArrayList<>();
		try (EchoProcess process = EchoProcess.configure()
			.listener("eof", "timeouts.idle", "1h")
			.listener("eof", "timeouts.message", "1h")
			.start()
			.awaitStarted()) {
			Waits.pause(SETTLING_IN_MILLIS);
			assertRests(process);
			// The heartbeat, once a second.
			assertThat(systemCalls(process)).isLessThanOrEqualTo(4 * TRACED_IN_SECONDS);
			for (int i = 0; i < CONNECTIONS; i++) {
				peers.add(Peer.connect(process.port("eof")).send("half"));
			}
			Waits.pause(SETTLING_IN_MILLIS);
			assertRests(process);
			// And twice a second a look at all deadlines.
			assertThat(systemCalls(process)).isLessThanOrEqualTo(8 * TRACED_IN_SECONDS);
			assertThat(peers.get(0).halfClose().readToEnd().text()).isEqualTo("half");
		}
		finally {
			peers.forEach(Peer::close);
		}
	}

	private static void assertRests(EchoProcess process) {
		Duration before = process.processorTime();
		Waits.pause(1000 * SECONDS);
		Duration used = process.processorTime().minus(before);
		assertThat(used).as("processor time in %d s, 0.5 %% of a core at most", SECONDS)
			.isLessThanOrEqualTo(Duration.ofSeconds(SECONDS).dividedBy(200));
	}

	/** Count the system calls of the event loop, which depend on nothing but time. */
	private static int systemCalls(EchoProcess process) {
		Commands.require("strace", "strace");
		String loop = Commands.run("sh", "-c", "grep -l '^tcp-echo-eof-0$' /proc/" + process.pid() + "/task/*/comm")
			.split("/")[4];
		String summary = Commands.run("sh", "-c", "timeout --signal=INT $0 strace -c -U calls,name -p $1 || true",
				"" + TRACED_IN_SECONDS, loop);
		Matcher total = Pattern.compile("(?m)^ *(\\d+) +total$").matcher(summary);
		assertThat(total.find()).as(summary).isTrue();
		return Integer.parseInt(total.group(1));
	}

}
