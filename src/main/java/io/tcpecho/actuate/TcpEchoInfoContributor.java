package io.tcpecho.actuate;

import java.util.LinkedHashMap;
import java.util.Map;

import io.tcpecho.server.EchoListeners;
import io.tcpecho.server.ListenerState;
import io.tcpecho.server.ListenerStatus;

import org.springframework.boot.SpringBootVersion;
import org.springframework.boot.actuate.info.Info;
import org.springframework.boot.actuate.info.InfoContributor;

/**
 * Adds the version of Spring Boot and the limits in force to {@code /actuator/info}.
 */
class TcpEchoInfoContributor implements InfoContributor {

	private final EchoListeners listeners;

	TcpEchoInfoContributor(EchoListeners listeners) {
		this.listeners = listeners;
	}

	@Override
	public void contribute(Info.Builder builder) {
		Map<String, Object> limits = new LinkedHashMap<>();
		limits.put("maxBufferedBytes", this.listeners.getMaxBufferedBytes());
		Map<String, Object> ofListeners = new LinkedHashMap<>();
		for (ListenerStatus listener : this.listeners.status()) {
			if (listener.state() != ListenerState.DISABLED) {
				ofListeners.put(listener.name(), listener.limits());
			}
		}
		limits.put("listeners", ofListeners);
		builder.withDetail("springBoot", Map.of("version", SpringBootVersion.getVersion()));
		builder.withDetail("limits", limits);
	}

}
