package io.tcpecho.actuate;

import jakarta.servlet.http.HttpServletRequest;

import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.security.web.util.matcher.RequestMatcher;
import org.springframework.web.context.support.WebApplicationContextUtils;

/**
 * Matches the requests that came to the server of management. With
 * {@code management.server.port} the application has another server, too.
 */
class ManagementRequests implements RequestMatcher {

	private final boolean separate;

	/**
	 * Create a matcher.
	 * @param separate whether management has a server of its own
	 */
	ManagementRequests(boolean separate) {
		this.separate = separate;
	}

	@Override
	public boolean matches(HttpServletRequest request) {
		return !this.separate || WebServerApplicationContext.hasServerNamespace(
				WebApplicationContextUtils.getWebApplicationContext(request.getServletContext()), "management");
	}

}
