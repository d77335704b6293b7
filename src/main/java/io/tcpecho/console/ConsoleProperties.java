package io.tcpecho.console;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The properties of the console.
 *
 * @param enabled whether there is a console at /console/. Unset: only if management is
 * bound to a loopback address. False in the profile kubernetes
 */
@ConfigurationProperties(prefix = ConsoleProperties.PREFIX)
public record ConsoleProperties(@Nullable Boolean enabled) {

	/** The prefix of all its keys. */
	public static final String PREFIX = "tcp-echo.console";

}
