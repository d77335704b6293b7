package io.tcpecho.server;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.tcpecho.settings.TcpEchoProperties.Drain;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;

/**
 * Tells systemd when the server is ready, and when it stops and how long that may take,
 * for a unit of {@code Type=notify} with {@code NotifyAccess=all}.
 *
 * <p>
 * systemd reads datagrams from a Unix socket, which Java cannot send, so each message is
 * sent by a process {@code systemd-notify}. No thread waits for that process.
 */
class SystemdNotifier {

	private static final Log logger = LogFactory.getLog(SystemdNotifier.class);

	/** For what follows the drain: closing sockets, Tomcat and the context. */
	private static final Duration REST = Duration.ofSeconds(10);

	private final String program;

	private final Duration longestStop;

	/**
	 * Create a notifier.
	 * @param program the program {@code systemd-notify}, found on the path
	 * @param drain the steps of a stop, which tell how long one may take
	 */
	SystemdNotifier(String program, Drain drain) {
		this.program = program;
		this.longestStop = drain.delay().plus(drain.timeout()).plus(REST);
	}

	@EventListener(ApplicationReadyEvent.class)
	void ready() {
		send("READY=1", "STATUS=Ready");
	}

	@EventListener
	void readinessChanged(AvailabilityChangeEvent<ReadinessState> event) {
		if (event.getState() == ReadinessState.REFUSING_TRAFFIC) {
			// However short TimeoutStopSec is, the drain is not cut.
			send("STOPPING=1", "STATUS=Draining",
					"EXTEND_TIMEOUT_USEC=" + TimeUnit.NANOSECONDS.toMicros(this.longestStop.toNanos()));
		}
	}

	private void send(String... assignments) {
		List<String> command = new ArrayList<>(List.of(this.program));
		command.addAll(List.of(assignments));
		try {
			new ProcessBuilder(command).redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.DISCARD)
				.start()
				.onExit()
				.thenAccept((process) -> {
					if (process.exitValue() != 0) {
						logger.warn(this.program + " failed with exit code " + process.exitValue()
								+ ", so systemd does not know " + assignments[0]);
					}
				});
		}
		catch (IOException ex) {
			logger.warn("systemd cannot be told " + assignments[0] + ": " + ex.getMessage());
		}
	}

}
