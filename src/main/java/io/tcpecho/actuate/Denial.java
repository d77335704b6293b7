package io.tcpecho.actuate;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;

import io.tcpecho.actuate.Refusals.Kind;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.http.HttpHeaders;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.access.AccessDeniedHandler;

/**
 * The answer to a request that lacks the operator's login, and its record. Where no
 * operator exists the answer is 403 without a challenge, so that a browser does not ask
 * for a password that cannot be right.
 */
class Denial implements AuthenticationEntryPoint, AccessDeniedHandler {

	private static final String BASIC = "basic ";

	private final boolean operatorExists;

	private final Refusals refusals;

	/**
	 * Create the answers.
	 * @param operatorExists whether any login can succeed
	 */
	Denial(boolean operatorExists, Refusals refusals) {
		this.operatorExists = operatorExists;
		this.refusals = refusals;
	}

	/** Refuse a request without a login, or with a wrong one. */
	@Override
	public void commence(HttpServletRequest request, HttpServletResponse response, AuthenticationException ex)
			throws IOException {
		String credentials = request.getHeader(HttpHeaders.AUTHORIZATION);
		if (credentials != null) {
			this.refusals.refused(this.operatorExists ? Kind.CREDENTIALS : Kind.NO_OPERATOR, name(credentials),
					request.getRemoteAddr());
		}
		if (this.operatorExists) {
			response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Basic realm=\"tcp-echo\", charset=\"UTF-8\"");
			response.sendError(HttpServletResponse.SC_UNAUTHORIZED, (credentials != null)
					? "The name or the password is wrong" : "This request needs the operator's login");
		}
		else {
			response.sendError(HttpServletResponse.SC_FORBIDDEN,
					"This request needs an operator, and none is configured: spring.security.user.password is not set");
		}
	}

	/** Refuse a request of a user who is not an operator. */
	@Override
	public void handle(HttpServletRequest request, HttpServletResponse response, AccessDeniedException ex)
			throws IOException {
		String user = request.getRemoteUser();
		this.refusals.refused(Kind.ROLE, (user != null) ? user : "", request.getRemoteAddr());
		response.sendError(HttpServletResponse.SC_FORBIDDEN, "This request needs the role OPERATOR");
	}

	/** Return the name in Basic credentials; empty if they are malformed. */
	private static String name(String credentials) {
		if (!credentials.toLowerCase(Locale.ROOT).startsWith(BASIC)) {
			return "";
		}
		try {
			byte[] decoded = Base64.getDecoder().decode(credentials.substring(BASIC.length()).trim());
			return new String(decoded, StandardCharsets.UTF_8).split(":", 2)[0];
		}
		catch (IllegalArgumentException ex) {
			return "";
		}
	}

}
