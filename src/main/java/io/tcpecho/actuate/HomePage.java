package io.tcpecho.actuate;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

import io.tcpecho.console.ConsoleFilter;
import io.tcpecho.text.Printable;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.http.HttpHeaders;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.security.web.util.matcher.RequestMatcher;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * The answer to {@code /}: what this is, and where the endpoints are, as JSON. A browser
 * is sent to the console, or gets a page if there is none.
 */
class HomePage extends OncePerRequestFilter {

	private static final String DESCRIPTION = "This is the management port of tcp-echo, a TCP echo server.";

	private final String endpoints;

	private final RequestMatcher management;

	private final BooleanSupplier console;

	/**
	 * Create the page.
	 * @param endpoints the path of the endpoints, {@code /actuator} unless configured
	 * @param management matches the requests that came to the server of management
	 * @param console whether there is a console, to which a browser is then sent
	 */
	HomePage(String endpoints, RequestMatcher management, BooleanSupplier console) {
		this.endpoints = endpoints;
		this.management = management;
		this.console = console;
	}

	@Override
	protected boolean shouldNotFilter(HttpServletRequest request) {
		String path = request.getRequestURI().substring(request.getContextPath().length());
		return !(path.isEmpty() || path.equals("/")) || !List.of("GET", "HEAD").contains(request.getMethod())
				|| !this.management.matches(request);
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		if (request.getQueryString() != null) {
			response.sendError(HttpServletResponse.SC_BAD_REQUEST, "This page has no parameters");
			return;
		}
		String link = request.getContextPath() + this.endpoints;
		boolean console = this.console.getAsBoolean();
		boolean page = wantsPage(request.getHeader(HttpHeaders.ACCEPT));
		response.setHeader(HttpHeaders.VARY, HttpHeaders.ACCEPT);
		if (page && console) {
			ConsoleFilter.redirect(request, response);
			return;
		}
		byte[] body = page ? page(link).getBytes(StandardCharsets.UTF_8)
				: json(link, console ? request.getContextPath() + ConsoleFilter.PATH : null);
		response.setContentType(page ? "text/html;charset=UTF-8" : MediaType.APPLICATION_JSON_VALUE);
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

	private static byte[] json(String link, @Nullable String console) {
		Map<String, Object> links = new LinkedHashMap<>();
		links.put("actuator", Map.of("href", link));
		if (console != null) {
			links.put("console", Map.of("href", console));
		}
		Map<String, Object> body = new LinkedHashMap<>();
		body.put("name", "tcp-echo");
		body.put("description", DESCRIPTION);
		body.put("_links", links);
		return JsonMapper.shared().writeValueAsBytes(body);
	}

}
