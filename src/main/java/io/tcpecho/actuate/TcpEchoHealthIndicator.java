package io.tcpecho.actuate;

import java.util.LinkedHashMap;
import java.util.Map;

import io.tcpecho.fault.FaultType;
import io.tcpecho.fault.ListenerFaults;
import io.tcpecho.server.EchoListener;
import io.tcpecho.server.EchoListeners;
import io.tcpecho.server.ListenerState;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

/**
 * The health of the listeners, which is part of readiness: DOWN if a listener has failed,
 * its event loops do not answer or its self-check fails; OUT_OF_SERVICE while it drains,
 * or if no listener accepts.
 */
class TcpEchoHealthIndicator extends AbstractHealthIndicator {

	private final EchoListeners listeners;

	private final @Nullable SelfCheck selfCheck;

	/**
	 * Create an indicator.
	 * @param selfCheck sends a message through each listener that listens; null for none
	 */
	TcpEchoHealthIndicator(EchoListeners listeners, @Nullable SelfCheck selfCheck) {
		super("The listeners could not be examined");
		this.listeners = listeners;
		this.selfCheck = selfCheck;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		boolean failed = false;
		boolean draining = false;
		boolean listening = false;
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
			listener.getFaults()
				.flatMap(ListenerFaults::inForce)
				.ifPresent((faults) -> detail.put("faults", faults.types().stream().map(FaultType::toString).toList()));
			if (this.selfCheck != null && state == ListenerState.LISTENING && responsive) {
				SelfCheck.Result result = this.selfCheck.check(listener);
				detail.put("selfCheck", result.text());
				failed |= result.failed();
			}
			builder.withDetail(listener.getName(), detail);
		}
		builder.status(failed ? Status.DOWN : (draining || !listening) ? Status.OUT_OF_SERVICE : Status.UP);
	}

}
