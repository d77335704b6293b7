package io.tcpecho.actuate;

import java.util.Set;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Who may use the management endpoints.
 *
 * @param publicEndpoints endpoints that anybody may read who reaches the port; all else
 * needs the role OPERATOR
 * @param unprotected whether nobody has to log in for anything; on loopback only
 */
@ConfigurationProperties(prefix = ManagementProperties.PREFIX)
public record ManagementProperties(@DefaultValue( {
		"health", "info", "metrics", "prometheus", "connections", "listeners", "integrationgraph",
		"sbom" }) Set<String> publicEndpoints, @DefaultValue("false") boolean unprotected){

	/** What all its keys begin with. */
	public static final String PREFIX = "tcp-echo.management";

}
