package io.tcpecho.settings;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Faults that the operator may set on listeners.
 *
 * @param enabled whether the operator may set faults on listeners, with
 * /actuator/faults/NAME. Without this nothing of it exists, not even the endpoint
 * @param maxTime longest time for which faults may be set
 */
@ConfigurationProperties(prefix = FaultsProperties.PREFIX)
public record FaultsProperties(@DefaultValue("false") boolean enabled, @DefaultValue("1h") Duration maxTime) {

	/** The prefix of all its keys. */
	public static final String PREFIX = "tcp-echo.faults";

}
