package io.tcpecho.console;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.http.HttpHeaders;
import org.springframework.security.web.util.matcher.RequestMatcher;
import org.springframework.web.context.request.ServletWebRequest;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * A filter that serves the files of the console below {@code /console/}, to every client
 * and without a login: they are the same for all, and hold nothing of this server. It
 * knows its files by name and leaves every other path to the filters behind it.
 */
public class ConsoleFilter extends OncePerRequestFilter {

	/** The path of the page. */
	public static final String PATH = "/console/";

	/**
	 * What the page may do: load these files and ask this server, and never make code out
	 * of text.
	 */
	private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
			+ "img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
			+ "require-trusted-types-for 'script'; trusted-types 'none'";

	private final BooleanSupplier enabled;

	private final RequestMatcher management;

	private final Map<String, ConsoleFile> files = new ConcurrentHashMap<>();

	/**
	 * Create a filter.
	 * @param enabled whether there is a console, asked at each request
	 * @param management matches the requests that came to the server of management
	 */
	public ConsoleFilter(BooleanSupplier enabled, RequestMatcher management) {
		this.enabled = enabled;
		this.management = management;
	}

	@Override
	protected boolean shouldNotFilter(HttpServletRequest request) {
		String path = path(request);
		return !(path + "/").startsWith(PATH) || !List.of("GET", "HEAD").contains(request.getMethod())
				|| !this.management.matches(request);
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		String path = path(request);
		boolean slashMissing = !path.startsWith(PATH);
		String place = ConsoleFile.place(slashMissing ? "" : path.substring(PATH.length()));
		if (place == null) {
			chain.doFilter(request, response);
		}
		else if (!this.enabled.getAsBoolean()) {
			response.sendError(HttpServletResponse.SC_NOT_FOUND, "There is no console here: " + ConsoleProperties.PREFIX
					+ ".enabled is false, " + "or is not set and management is not bound to a loopback address");
		}
		else if (slashMissing) {
			redirect(request, response);
		}
		else {
			send(this.files.computeIfAbsent(place, ConsoleFile::read), request, response);
		}
	}

	/** Send a browser to the page, under whatever name it has for this server. */
	public static void redirect(HttpServletRequest request, HttpServletResponse response) {
		response.setStatus(HttpServletResponse.SC_FOUND);
		response.setHeader(HttpHeaders.LOCATION, request.getContextPath() + PATH);
	}

	private static String path(HttpServletRequest request) {
		return request.getRequestURI().substring(request.getContextPath().length());
	}

	private static void send(ConsoleFile file, HttpServletRequest request, HttpServletResponse response)
			throws IOException {
		response.setHeader("Content-Security-Policy", POLICY);
		response.setHeader(HttpHeaders.CACHE_CONTROL, "no-cache");
		if (new ServletWebRequest(request, response).checkNotModified(file.tag())) {
			return;
		}
		response.setContentType(file.type());
		response.setContentLength(file.content().length);
		response.getOutputStream().write(file.content());
	}

}
