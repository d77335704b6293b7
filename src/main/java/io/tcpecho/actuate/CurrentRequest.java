package io.tcpecho.actuate;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/**
 * The HTTP request that the current thread serves.
 */
final class CurrentRequest {

	private CurrentRequest() {
	}

	/** Return the request; null on a thread that serves none. */
	static @Nullable HttpServletRequest get() {
		return (RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes attributes)
				? attributes.getRequest() : null;
	}

}
