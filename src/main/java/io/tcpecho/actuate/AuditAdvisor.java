package io.tcpecho.actuate;

import java.util.StringJoiner;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.InvocationContext;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.OperationType;
import org.springframework.boot.actuate.endpoint.invoke.OperationInvoker;
import org.springframework.boot.actuate.endpoint.invoke.OperationInvokerAdvisor;
import org.springframework.boot.actuate.endpoint.invoke.OperationParameters;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.http.ProblemDetail;

/**
 * Records each operation that changes something, of every endpoint, with the operator,
 * the address and the result.
 */
class AuditAdvisor implements OperationInvokerAdvisor {

	private final Audit audit;

	AuditAdvisor(Audit audit) {
		this.audit = audit;
	}

	@Override
	public OperationInvoker apply(EndpointId endpointId, OperationType operationType, OperationParameters parameters,
			OperationInvoker invoker) {
		return (operationType == OperationType.READ) ? invoker
				: (context) -> invoke(action(endpointId, operationType, context), context, invoker);
	}

	private @Nullable Object invoke(String action, InvocationContext context, OperationInvoker invoker) {
		try {
			Object answer = invoker.invoke(context);
			this.audit.operation(action, result(answer));
			return answer;
		}
		catch (InvalidEndpointRequestException ex) {
			this.audit.operation(action, "refused (400): " + ex.getReason());
			throw ex;
		}
		catch (RuntimeException ex) {
			this.audit.operation(action, "failed: " + ex);
			throw ex;
		}
	}

	private static String action(EndpointId endpoint, OperationType type, InvocationContext context) {
		StringJoiner action = new StringJoiner(" ");
		action.add((type == OperationType.DELETE) ? "delete" : "change");
		action.add(endpoint.toString());
		context.getArguments().forEach((name, value) -> action.add(Audit.shown(name + "=" + value)));
		return action.toString();
	}

	/** Return the result of an operation in a few words. */
	static String result(@Nullable Object answer) {
		if (answer instanceof WebEndpointResponse<?> response && response.getStatus() >= 400) {
			return "refused (" + response.getStatus() + ")"
					+ ((response.getBody() instanceof ProblemDetail problem) ? ": " + problem.getDetail() : "");
		}
		return "done";
	}

}
