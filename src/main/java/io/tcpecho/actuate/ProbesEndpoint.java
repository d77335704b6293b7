package io.tcpecho.actuate;

import io.tcpecho.monitor.Matrix;
import io.tcpecho.monitor.Monitor;
import io.tcpecho.monitor.ProbeRefusedException;

import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpoint;

/**
 * The endpoint {@code /actuator/probes}: it shows what the monitor sees of each peer of
 * each target, and what all replicas see of each other.
 */
@WebEndpoint(id = "probes")
class ProbesEndpoint {

	private static final String MATRIX = "matrix";

	private final Monitor monitor;

	private final Matrix matrix;

	ProbesEndpoint(Monitor monitor, Matrix matrix) {
		this.monitor = monitor;
		this.matrix = matrix;
	}

	/** Show all targets. */
	@ReadOperation
	Object probes() {
		return this.monitor.status();
	}

	/**
	 * Show a target, or the matrix of all replicas.
	 * @param name the name of a target, or {@code matrix}
	 */
	@ReadOperation
	WebEndpointResponse<Object> probe(@Selector String name) {
		return Refusal.orAnswer(() -> name.equals(MATRIX) ? matrix() : this.monitor.status()
			.targets()
			.stream()
			.filter((target) -> target.name().equals(name))
			.findFirst()
			.orElseThrow(() -> Refusal.notFound("No target on a schedule has the name " + Refusal.quoted(name))));
	}

	private Object matrix() {
		try {
			return this.matrix.get();
		}
		catch (ProbeRefusedException ex) {
			throw Refusal.of(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw Refusal.unavailable("The server stops");
		}
	}

}
