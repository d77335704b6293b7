package io.tcpecho.actuate;

import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;

/**
 * An error as JSON shows it (RFC 9457), with the members that Spring MVC writes.
 *
 * @param detail the error
 * @param instance the path of the request
 * @param status the HTTP status
 * @param title the name of the status
 */
record Problem(String detail, @Nullable String instance, int status, String title) {

	/** Return what a response that has only a status, and perhaps a message, says. */
	static Problem of(Request request, Response response) {
		HttpStatus status = HttpStatus.resolve(response.getStatus());
		String title = (status != null) ? status.getReasonPhrase() : "Error";
		String message = response.getMessage();
		String detail = (message != null && !message.isEmpty()) ? message : detail(response.getStatus(), title);
		return new Problem(detail, request.getRequestURI(), response.getStatus(), title);
	}

	private static String detail(int status, String title) {
		return switch (status) {
			case 400 -> "The request is malformed";
			case 404 -> "Nothing has this path";
			case 500 -> "The request failed; the log says why";
			default -> title;
		};
	}

}
