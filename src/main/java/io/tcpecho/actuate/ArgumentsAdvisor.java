package io.tcpecho.actuate;

import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.OperationType;
import org.springframework.boot.actuate.endpoint.Producible;
import org.springframework.boot.actuate.endpoint.invoke.OperationInvoker;
import org.springframework.boot.actuate.endpoint.invoke.OperationInvokerAdvisor;
import org.springframework.boot.actuate.endpoint.invoke.OperationParameter;
import org.springframework.boot.actuate.endpoint.invoke.OperationParameters;
import org.springframework.boot.actuate.endpoint.invoke.ParameterMappingException;
import org.springframework.web.servlet.HandlerMapping;

/**
 * Refuses query parameters and members of a body that an operation of an endpoint does
 * not have. Spring Boot ignores them, and lets a body or a query replace what the path
 * says, so that a request to one listener would change another.
 */
class ArgumentsAdvisor implements OperationInvokerAdvisor {

	@Override
	public OperationInvoker apply(EndpointId endpointId, OperationType operationType, OperationParameters parameters,
			OperationInvoker invoker) {
		return (context) -> {
			Map<String, String> path = pathVariables();
			context.getArguments().forEach((name, value) -> check(name, value, parameters, path));
			try {
				return invoker.invoke(context);
			}
			catch (ParameterMappingException ex) {
				throw refused(message(ex));
			}
		};
	}

	private static String message(ParameterMappingException ex) {
		String message = ex.getParameter().getName() + " is " + Refusal.quoted(String.valueOf(ex.getValue()));
		Object[] constants = ex.getParameter().getType().getEnumConstants();
		return message + ((constants != null)
				? ", and must be one of "
						+ Arrays.stream(constants).map(Object::toString).collect(Collectors.joining(", "))
				: ", which cannot be read");
	}

	private static void check(String name, @Nullable Object value, OperationParameters parameters,
			Map<String, String> path) {
		if (parameters.stream().noneMatch((parameter) -> isText(parameter) && parameter.getName().equals(name))) {
			throw refused("No parameter here is called " + Refusal.quoted(name) + "; " + known(parameters, path));
		}
		String inPath = path.get(name);
		if (inPath != null && !inPath.equals(value)) {
			throw refused(name + " is " + Refusal.quoted(inPath) + " in the path, and must not be "
					+ Refusal.quoted(String.valueOf(value)));
		}
	}

	private static String known(OperationParameters parameters, Map<String, String> path) {
		String names = parameters.stream()
			.filter((parameter) -> isText(parameter) && !path.containsKey(parameter.getName()))
			.map(OperationParameter::getName)
			.collect(Collectors.joining(", "));
		return names.isEmpty() ? "there is none" : "these are known: " + names;
	}

	/** Return whether a parameter comes from the request and not from the server. */
	private static boolean isText(OperationParameter parameter) {
		return !parameter.getType().getName().startsWith("org.springframework.boot.actuate.endpoint.")
				&& !Producible.class.isAssignableFrom(parameter.getType());
	}

	private static InvalidEndpointRequestException refused(String message) {
		return new InvalidEndpointRequestException(message, message);
	}

	@SuppressWarnings("unchecked")
	private static Map<String, String> pathVariables() {
		HttpServletRequest request = CurrentRequest.get();
		Object variables = (request != null) ? request.getAttribute(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE)
				: null;
		return Objects.requireNonNullElse((Map<String, String>) variables, Map.of());
	}

}
