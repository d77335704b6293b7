package io.tcpecho.settings;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The identity of this server, which listeners with identify tell their clients.
 *
 * @param pod name of this pod or machine. Unset: the environment variable HOSTNAME, or
 * the host name of the kernel
 * @param node name of the machine that the pod runs on. Unset: a dash
 */
@ConfigurationProperties(prefix = IdentityProperties.PREFIX)
public record IdentityProperties(@Nullable String pod, @Nullable String node) {

	/** The prefix of all its keys. */
	public static final String PREFIX = "tcp-echo.identity";

}
