package io.tcpecho.actuate;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.tcpecho.text.Printable;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.http.HttpHeaders;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.web.context.support.WebApplicationContextUtils;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * The answer to {@code /}: what this is, and where the endpoints are, as a page for a
 * browser and as JSON for all others.
 */
class HomePage extends OncePerRequestFilter {

	private static final String DESCRIPTION = "This is the management port of tcp-echo, a TCP echo server.";

	private final String endpoints;

	private final boolean separate;

	/**
	 * Create the page.
	 * @param endpoints the path of the endpoints, {@code /actuator} unless configured
	 * @param separate whether management has a server of its own, so that the other has
	 * no page
	 */
	HomePage(String endpoints, boolean separate) {
		this.endpoints = endpoints;
		this.separate = separate;
	}

	@Override
	protected boolean shouldNotFilter(HttpServletRequest request) {
		String path = request.getRequestURI().substring(request.getContextPath().length());
		return !(path.isEmpty() || path.equals("/")) || !List.of("GET", "HEAD").contains(request.getMethod())
				|| !isManagement(request);
	}

	private boolean isManagement(HttpServletRequest request) {
		return !this.separate || WebServerApplicationContext.hasServerNamespace(
				WebApplicationContextUtils.getWebApplicationContext(request.getServletContext()), "management");
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		if (request.getQueryString() != null) {
			response.sendError(HttpServletResponse.SC_BAD_REQUEST, "This page has no parameters");
			return;
		}
		String link = request.getContextPath() + this.endpoints;
		boolean page = wantsPage(request.getHeader(HttpHeaders.ACCEPT));
		byte[] body = page ? page(link).getBytes(StandardCharsets.UTF_8) : json(link);
		response.setContentType(page ? "text/html;charset=UTF-8" : MediaType.APPLICATION_JSON_VALUE);
		response.setHeader(HttpHeaders.VARY, HttpHeaders.ACCEPT);
		response.setContentLength(body.length);
		response.getOutputStream().write(body);
	}

	private static boolean wantsPage(@Nullable String accept) {
		try {
			return MediaType.parseMediaTypes(accept)
				.stream()
				.anyMatch((type) -> type.equalsTypeAndSubtype(MediaType.TEXT_HTML));
		}
		catch (InvalidMediaTypeException ex) {
			return false;
		}
	}

	private static String page(String link) {
		return """
				<!DOCTYPE html>
				<html lang="en">
				<head><meta charset="utf-8"><title>tcp-echo</title></head>
				<body>
				<h1>tcp-echo</h1>
				<p>%s</p>
				<p>Its endpoints are below <a href="%s">%s</a>.</p>
				</body>
				</html>
				""".formatted(DESCRIPTION, Printable.html(link), Printable.html(link));
	}

	private static byte[] json(String link) {
		Map<String, Object> links = Map.of("actuator", Map.of("href", link));
		Map<String, Object> body = new LinkedHashMap<>();
		body.put("name", "tcp-echo");
		body.put("description", DESCRIPTION);
		body.put("_links", links);
		return JsonMapper.shared().writeValueAsBytes(body);
	}

}
