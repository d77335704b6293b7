package io.tcpecho.actuate;

import java.util.LinkedHashMap;
import java.util.Map;

import io.tcpecho.server.EchoListener;
import io.tcpecho.server.EchoListeners;
import io.tcpecho.server.ListenerState;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

/**
 * Whether clients are served, part of readiness: DOWN if a listener has failed or its
 * event loops do not answer; OUT_OF_SERVICE while it drains, or if no listener accepts.
 */
class TcpEchoHealthIndicator extends AbstractHealthIndicator {

	private final EchoListeners listeners;

	TcpEchoHealthIndicator(EchoListeners listeners) {
		super("The listeners could not be examined");
		this.listeners = listeners;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		boolean failed = false;
		boolean draining = false;
		boolean listening = this.listeners.enabled().isEmpty();
		for (EchoListener listener : this.listeners.enabled()) {
			ListenerState state = listener.getState();
			boolean responsive = listener.isResponsive(EventLoopsHealthIndicator.PATIENCE);
			failed |= state == ListenerState.FAILED || !responsive;
			draining |= state == ListenerState.DRAINING;
			listening |= state == ListenerState.LISTENING;
			Map<String, Object> detail = new LinkedHashMap<>();
			detail.put("state", state);
			detail.put("port", listener.getPort());
			detail.put("openConnections", listener.getOpenConnections());
			detail.put("responsive", responsive);
			builder.withDetail(listener.getName(), detail);
		}
		builder.status(failed ? Status.DOWN : (draining || !listening) ? Status.OUT_OF_SERVICE : Status.UP);
	}

}
