package io.tcpecho.actuate;

import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.tcpecho.monitor.ProbeRefusedException;
import io.tcpecho.text.Printable;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;

/**
 * The reason why an endpoint refuses a request; it becomes the response.
 */
final class Refusal extends RuntimeException {

	private static final int LONGEST_VALUE_SHOWN = 100;

	private final int status;

	private Refusal(int status, String message) {
		super(message, null, false, false);
		this.status = status;
	}

	/** Refuse a request that is wrong in itself, with status 400. */
	static Refusal badRequest(String message) {
		return new Refusal(WebEndpointResponse.STATUS_BAD_REQUEST, message);
	}

	/** Refuse a request for a thing that does not exist, with status 404. */
	static Refusal notFound(String message) {
		return new Refusal(WebEndpointResponse.STATUS_NOT_FOUND, message);
	}

	/** Refuse a request for a probe. */
	static Refusal of(ProbeRefusedException refused) {
		int status = switch (refused.reason()) {
			case MALFORMED -> WebEndpointResponse.STATUS_BAD_REQUEST;
			case FORBIDDEN -> HttpStatus.FORBIDDEN.value();
			case BUSY -> WebEndpointResponse.STATUS_SERVICE_UNAVAILABLE;
		};
		return new Refusal(status, String.valueOf(refused.getMessage()));
	}

	/** Refuse a request that the present state does not allow, with status 409. */
	static Refusal conflict(String message) {
		return new Refusal(409, message);
	}

	/**
	 * Refuse a request because the event loop does not answer or the server stops, with
	 * status 503.
	 */
	static Refusal unavailable(String message) {
		return new Refusal(WebEndpointResponse.STATUS_SERVICE_UNAVAILABLE, message);
	}

	/**
	 * Return the constant whose written form is the value of a parameter.
	 * @throws Refusal if no constant has this form; the message names all forms
	 */
	static <E extends Enum<E>> E parse(String parameter, String value, E[] constants, Function<E, String> written) {
		for (E constant : constants) {
			if (written.apply(constant).equals(value)) {
				return constant;
			}
		}
		throw badRequest(parameter + " is " + quoted(value) + ", and must be one of "
				+ Arrays.stream(constants).map(written).collect(Collectors.joining(", ")));
	}

	/** Return a value of the request as a message shows it. */
	static String quoted(String value) {
		String shown = (value.length() > LONGEST_VALUE_SHOWN) ? value.substring(0, LONGEST_VALUE_SHOWN) + "..." : value;
		return "'" + Printable.of(shown) + "'";
	}

	/**
	 * Return the response with this status and message, to which Spring adds the path.
	 */
	WebEndpointResponse<Object> toResponse() {
		return new WebEndpointResponse<>(
				ProblemDetail.forStatusAndDetail(HttpStatusCode.valueOf(this.status), String.valueOf(getMessage())),
				this.status, MediaType.APPLICATION_PROBLEM_JSON);
	}

	/** Run an operation, and turn its refusal into a response. */
	static WebEndpointResponse<Object> orAnswer(Operation operation) {
		try {
			Object answer = operation.run();
			return (answer instanceof byte[] json)
					? new WebEndpointResponse<>(json, WebEndpointResponse.STATUS_OK, MediaType.APPLICATION_JSON)
					: new WebEndpointResponse<>(answer);
		}
		catch (Refusal ex) {
			return ex.toResponse();
		}
	}

	/** The operation of an endpoint; it returns an object, or JSON as bytes. */
	interface Operation {

		@Nullable Object run();

	}

}
