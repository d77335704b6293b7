package io.tcpecho.actuate;

import java.time.Duration;

import io.tcpecho.server.EchoListener;
import io.tcpecho.server.EchoListeners;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * The health of the event loops, which is part of liveness: DOWN if a loop has no
 * heartbeat. A loop that is dead, or stuck in a service that blocks, serves none of its
 * connections, and only a restart helps.
 */
class EventLoopsHealthIndicator extends AbstractHealthIndicator {

	/** The longest time without a heartbeat, which each loop has once a second. */
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
