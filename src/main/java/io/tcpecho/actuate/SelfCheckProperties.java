package io.tcpecho.actuate;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * A message that health sends through each listener.
 *
 * @param enabled whether it does
 * @param timeout time to connect, and time for the exchange
 */
@ConfigurationProperties(prefix = SelfCheckProperties.PREFIX)
public record SelfCheckProperties(@DefaultValue("false") boolean enabled, @DefaultValue("2s") Duration timeout) {

	/** What all its keys begin with. */
	public static final String PREFIX = "tcp-echo.self-check";

}
