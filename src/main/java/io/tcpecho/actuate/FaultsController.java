package io.tcpecho.actuate;

import java.util.List;
import java.util.Map;

import io.tcpecho.fault.Faults;
import io.tcpecho.fault.ListenerFaults;
import io.tcpecho.framing.Framing;
import io.tcpecho.server.EchoListener;
import io.tcpecho.server.EchoListeners;
import io.tcpecho.server.FaultStatus;
import io.tcpecho.settings.FaultsProperties;
import io.tcpecho.settings.TcpEchoProperties.Service;

import org.springframework.boot.actuate.autoconfigure.web.server.ConditionalOnManagementPort;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementPortType;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Shows, sets and removes the faults of listeners, below {@code /actuator/faults}; for
 * the operator only. It is no endpoint of Spring Boot, because those have no PUT, and
 * would ignore a member of the request that they do not know. The scan for components
 * finds it where management is on the server's port; {@link FaultsManagement} creates it
 * for a separate port, and sets the path in front of its own.
 */
@RestController
@ConditionalOnBooleanProperty("tcp-echo.faults.enabled")
@ConditionalOnManagementPort(ManagementPortType.SAME)
@RequestMapping("/faults")
class FaultsController {

	private final EchoListeners listeners;

	private final FaultsProperties properties;

	private final Audit audit;

	FaultsController(EchoListeners listeners, FaultsProperties properties, Audit audit) {
		this.listeners = listeners;
		this.properties = properties;
		this.audit = audit;
	}

	/** Show the faults of every enabled listener. */
	@GetMapping
	ResponseEntity<Object> all() {
		return answer(this::statusOfAll);
	}

	/** Show the faults of a listener. */
	@GetMapping("/{listener}")
	ResponseEntity<Object> one(@PathVariable String listener) {
		return answer(() -> FaultStatus.of(find(listener)));
	}

	/** Set the faults of a listener, in place of those before. */
	@PutMapping("/{listener}")
	ResponseEntity<Object> set(@PathVariable String listener, @RequestBody Map<String, Object> request) {
		return change("change faults " + Audit.shown(listener + " " + request), () -> {
			EchoListener found = find(listener);
			try {
				found.setFaults(Faults.parse(request, place(found)));
			}
			catch (IllegalArgumentException ex) {
				throw Refusal.badRequest(String.valueOf(ex.getMessage()));
			}
			return FaultStatus.of(found);
		});
	}

	/** Remove the faults of every listener. */
	@DeleteMapping
	ResponseEntity<Object> removeAll() {
		return change("delete faults", () -> {
			this.listeners.enabled().forEach(FaultsController::remove);
			return statusOfAll();
		});
	}

	/** Remove the faults of a listener. */
	@DeleteMapping("/{listener}")
	ResponseEntity<Object> remove(@PathVariable String listener) {
		return change("delete faults " + Audit.shown(listener), () -> {
			EchoListener found = find(listener);
			remove(found);
			return FaultStatus.of(found);
		});
	}

	private static void remove(EchoListener listener) {
		listener.getFaults().ifPresent(ListenerFaults::remove);
	}

	private Map<String, List<FaultStatus>> statusOfAll() {
		return Map.of("listeners", this.listeners.enabled().stream().map(FaultStatus::of).toList());
	}

	private EchoListener find(String name) {
		return this.listeners.find(name)
			.orElseThrow(() -> Refusal.notFound("No enabled listener has the name " + Refusal.quoted(name)));
	}

	private Faults.Place place(EchoListener listener) {
		return new Faults.Place(listener.getName(), this.properties.maxTime(),
				listener.getSettings().framing() == Framing.EOF && listener.getSettings().service() == Service.ECHO,
				listener.getSettings().tls() != null);
	}

	/** Run an operation that changes something, and record it as those of endpoints. */
	private ResponseEntity<Object> change(String action, Refusal.Operation operation) {
		WebEndpointResponse<Object> response = Refusal.orAnswer(operation);
		this.audit.operation(action, AuditAdvisor.result(response));
		return answer(response);
	}

	private static ResponseEntity<Object> answer(Refusal.Operation operation) {
		return answer(Refusal.orAnswer(operation));
	}

	private static ResponseEntity<Object> answer(WebEndpointResponse<Object> response) {
		return ResponseEntity.status(response.getStatus()).body(response.getBody());
	}

}
