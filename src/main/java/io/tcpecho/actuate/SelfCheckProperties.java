package io.tcpecho.actuate;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The properties of the self-check.
 *
 * @param enabled whether health sends a message through each listener, at most once a
 * second
 * @param timeout longest time of the connect and, separately, of the exchange
 */
@ConfigurationProperties(prefix = SelfCheckProperties.PREFIX)
public record SelfCheckProperties(@DefaultValue("false") boolean enabled, @DefaultValue("2s") Duration timeout) {

	/** The prefix of all its keys. */
	public static final String PREFIX = "tcp-echo.self-check";

}
