package io.tcpecho.actuate;

import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;

/**
 * Why an endpoint does not do what it is asked; becomes the response.
 */
final class Refusal extends RuntimeException {

	private static final int LONGEST_VALUE_SHOWN = 100;

	private final int status;

	private Refusal(int status, String message) {
		super(message);
		this.status = status;
	}

	/** The request itself is wrong: 400. */
	static Refusal badRequest(String message) {
		return new Refusal(WebEndpointResponse.STATUS_BAD_REQUEST, message);
	}

	/** What is asked for does not exist: 404. */
	static Refusal notFound(String message) {
		return new Refusal(WebEndpointResponse.STATUS_NOT_FOUND, message);
	}

	/** It cannot be done in the present state: 409. */
	static Refusal conflict(String message) {
		return new Refusal(409, message);
	}

	/** Who could do it does not answer: 503. */
	static Refusal unavailable(String message) {
		return new Refusal(WebEndpointResponse.STATUS_SERVICE_UNAVAILABLE, message);
	}

	/**
	 * Return the constant whose written form is the value of a parameter.
	 * @throws Refusal if there is none, naming those that there are
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
		return "'" + ((value.length() > LONGEST_VALUE_SHOWN) ? value.substring(0, LONGEST_VALUE_SHOWN) + "..." : value)
				+ "'";
	}

	/** Return the response that says so. */
	WebEndpointResponse<Object> toResponse() {
		return new WebEndpointResponse<>(new Body(this.status, String.valueOf(getMessage())), this.status);
	}

	/** Run an operation, and turn its refusal into a response. */
	static WebEndpointResponse<Object> orAnswer(Operation operation) {
		try {
			return new WebEndpointResponse<>(operation.run());
		}
		catch (Refusal ex) {
			return ex.toResponse();
		}
	}

	/** What an endpoint does. */
	interface Operation {

		@Nullable Object run();

	}

	/**
	 * The body of such a response.
	 *
	 * @param status the HTTP status
	 * @param message what is wrong
	 */
	record Body(int status, String message) {

	}

}
