package io.tcpecho.actuate;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;

import jakarta.servlet.http.HttpServletRequest;
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
			record(action, result(answer));
			return answer;
		}
		catch (InvalidEndpointRequestException ex) {
			record(action, "refused (400): " + ex.getReason());
			throw ex;
		}
		catch (RuntimeException ex) {
			record(action, "failed: " + ex);
			throw ex;
		}
	}

	private static String action(EndpointId endpoint, OperationType type, InvocationContext context) {
		StringJoiner action = new StringJoiner(" ");
		action.add((type == OperationType.DELETE) ? "delete" : "change");
		action.add(endpoint.toString());
		context.getArguments().forEach((name, value) -> action.add(Visible.text(name + "=" + value)));
		return action.toString();
	}

	private static String result(@Nullable Object answer) {
		if (answer instanceof WebEndpointResponse<?> response && response.getStatus() >= 400) {
			return "refused (" + response.getStatus() + ")"
					+ ((response.getBody() instanceof ProblemDetail problem) ? ": " + problem.getDetail() : "");
		}
		return "done";
	}

	private void record(String action, String result) {
		HttpServletRequest request = CurrentRequest.get();
		String address = (request != null) ? request.getRemoteAddr() : "inside";
		String user = (request != null) ? request.getRemoteUser() : null;
		String operator = (user != null) ? user : "anonymous";
		Map<String, String> data = new LinkedHashMap<>();
		data.put("action", action);
		data.put("address", Visible.text(address));
		data.put("result", Visible.text(result));
		this.audit.record(Audit.OPERATION, Visible.text(operator), action + " by " + Visible.text(operator) + " from "
				+ Visible.text(address) + ": " + Visible.text(result), data);
	}

}
