package io.tcpecho.actuate;

import java.time.Duration;

import io.tcpecho.server.EchoListener;
import io.tcpecho.server.EchoListeners;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * Whether every event loop has a heartbeat, part of liveness: a loop that is dead, or
 * stuck in a service that blocks, serves none of its connections, and only a restart
 * helps.
 */
class EventLoopsHealthIndicator extends AbstractHealthIndicator {

	/** How long a loop may be silent. Its heart beats once a second. */
	static final Duration PATIENCE = Duration.ofSeconds(5);

	private final EchoListeners listeners;

	EventLoopsHealthIndicator(EchoListeners listeners) {
		super("The event loops could not be examined");
		this.listeners = listeners;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		builder.up();
		for (EchoListener listener : this.listeners.enabled()) {
			boolean responsive = listener.isResponsive(PATIENCE);
			builder.withDetail(listener.getName(), responsive ? "responsive" : "dead or stuck");
			if (!responsive) {
				builder.down();
			}
		}
	}

}
