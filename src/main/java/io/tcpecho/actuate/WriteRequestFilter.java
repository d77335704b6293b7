package io.tcpecho.actuate;

import java.io.IOException;
import java.net.URI;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

import io.tcpecho.actuate.Refusals.Kind;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * A filter that refuses writes that a page of another site makes a browser send
 * (cross-site request forgery) and, where management has no login, every request with a
 * Host header of another machine (DNS rebinding). API clients need no token: a browser
 * names the site that a request comes from, and it cannot send JSON to another site
 * without a CORS preflight request.
 */
class WriteRequestFilter extends OncePerRequestFilter {

	private static final Set<String> READS = Set.of("GET", "HEAD", "OPTIONS", "TRACE");

	private static final Set<String> OWN_SITE = Set.of("same-origin", "none");

	/** A name of loopback, or an address of it, with or without a port. */
	private static final Pattern LOOPBACK = Pattern
		.compile("(localhost|127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}|\\[(::1|0:0:0:0:0:0:0:1)])(:\\d{1,5})?");

	private final boolean loopbackOnly;

	private final Refusals refusals;

	/**
	 * Create a filter.
	 * @param loopbackOnly whether the Host header must name loopback, and the connection
	 * must have come there. Without a login, this is the protection against DNS rebinding
	 */
	WriteRequestFilter(boolean loopbackOnly, Refusals refusals) {
		this.loopbackOnly = loopbackOnly;
		this.refusals = refusals;
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		if (this.loopbackOnly && !isLoopback(request)) {
			this.refusals.refused(Kind.OTHER_HOST, "", request.getRemoteAddr());
			response.sendError(HttpServletResponse.SC_FORBIDDEN,
					"The Host header does not name this machine's loopback, or the request did not come there");
		}
		else if (READS.contains(request.getMethod())) {
			chain.doFilter(request, response);
		}
		else if (isForeign(request)) {
			this.refusals.refused(Kind.OTHER_SITE, "", request.getRemoteAddr());
			response.sendError(HttpServletResponse.SC_FORBIDDEN, "The request comes from a page of another site");
		}
		else if (hasBody(request) && !isJson(request.getContentType())) {
			response.sendError(HttpServletResponse.SC_UNSUPPORTED_MEDIA_TYPE,
					"The body must be JSON, with a Content-Type such as application/json");
		}
		else {
			chain.doFilter(request, response);
		}
	}

	/**
	 * Return whether the request came to loopback under a name of it. The header is read
	 * as it was sent: what a proxy would say with X-Forwarded-Host, any client can say.
	 */
	private static boolean isLoopback(HttpServletRequest request) {
		String host = request.getHeader(HttpHeaders.HOST);
		return host != null && LOOPBACK.matcher(host.toLowerCase(Locale.ROOT)).matches()
				&& ActuateChecks.isLoopback(request.getLocalAddr());
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

}
