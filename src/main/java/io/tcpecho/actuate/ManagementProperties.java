package io.tcpecho.actuate;

import java.util.Set;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Access to the management endpoints.
 *
 * @param publicEndpoints endpoints that every client of the management port may read. All
 * else requires the operator, whose name and password are spring.security.user.name and
 * spring.security.user.password. Without a password there is no operator
 * @param unprotected whether every request is allowed without a login. The management
 * port must then listen on a loopback address
 */
@ConfigurationProperties(prefix = ManagementProperties.PREFIX)
public record ManagementProperties(@DefaultValue( {
		"health", "info", "metrics", "prometheus", "connections", "listeners", "integrationgraph",
		"sbom" }) Set<String> publicEndpoints, @DefaultValue("false") boolean unprotected){

	/** The prefix of all its keys. */
	public static final String PREFIX = "tcp-echo.management";

}
