package io.tcpecho.actuate;

import java.io.IOException;
import java.net.URI;
import java.util.Locale;
import java.util.Set;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Refuses writes that a page of another site makes a browser send (cross-site request
 * forgery). API clients need no token: a browser names the site that a request comes
 * from, and it cannot send JSON to another site without a CORS preflight request.
 */
class WriteRequestFilter extends OncePerRequestFilter {

	private static final Set<String> READS = Set.of("GET", "HEAD", "OPTIONS", "TRACE");

	private static final Set<String> OWN_SITE = Set.of("same-origin", "none");

	private final boolean loopbackOnly;

	/**
	 * Create a filter.
	 * @param loopbackOnly whether the Host header must name a loopback address. Without a
	 * login, this is the protection against DNS rebinding
	 */
	WriteRequestFilter(boolean loopbackOnly) {
		this.loopbackOnly = loopbackOnly;
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		if (this.loopbackOnly && !isLoopback(request.getServerName())) {
			refuse(response, HttpStatus.FORBIDDEN, "The Host header does not name this machine's loopback");
		}
		else if (READS.contains(request.getMethod())) {
			chain.doFilter(request, response);
		}
		else if (isForeign(request)) {
			refuse(response, HttpStatus.FORBIDDEN, "The request comes from a page of another site");
		}
		else if (hasBody(request) && !isJson(request.getContentType())) {
			refuse(response, HttpStatus.UNSUPPORTED_MEDIA_TYPE, "The body must be JSON");
		}
		else {
			chain.doFilter(request, response);
		}
	}

	private static boolean isLoopback(String host) {
		String name = host.toLowerCase(Locale.ROOT);
		return name.equals("localhost") || name.equals("127.0.0.1") || name.equals("[::1]") || name.equals("::1")
				|| name.equals("[0:0:0:0:0:0:0:1]");
	}

	private static boolean isForeign(HttpServletRequest request) {
		String site = request.getHeader("Sec-Fetch-Site");
		String origin = request.getHeader(HttpHeaders.ORIGIN);
		return (site != null && !OWN_SITE.contains(site)) || (origin != null && !isOwn(origin, request));
	}

	private static boolean isOwn(String origin, HttpServletRequest request) {
		try {
			String own = request.getHeader(HttpHeaders.HOST);
			return own != null && own.equalsIgnoreCase(URI.create(origin).getRawAuthority());
		}
		catch (IllegalArgumentException ex) {
			return false;
		}
	}

	private static boolean hasBody(HttpServletRequest request) {
		return request.getContentLengthLong() > 0 || request.getHeader(HttpHeaders.TRANSFER_ENCODING) != null;
	}

	private static boolean isJson(@Nullable String contentType) {
		try {
			MediaType type = MediaType.parseMediaType((contentType != null) ? contentType : "");
			return type.getSubtype().equals("json") || "json".equals(type.getSubtypeSuffix());
		}
		catch (InvalidMediaTypeException ex) {
			return false;
		}
	}

	private static void refuse(HttpServletResponse response, HttpStatus status, String message) throws IOException {
		response.setStatus(status.value());
		response.setContentType(MediaType.APPLICATION_JSON_VALUE);
		response.getWriter().write("{\"status\":" + status.value() + ",\"message\":\"" + message + "\"}");
	}

}
