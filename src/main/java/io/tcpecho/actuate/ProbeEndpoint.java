package io.tcpecho.actuate;

import io.tcpecho.monitor.ProbeRefusedException;
import io.tcpecho.monitor.RequestedProbe;
import io.tcpecho.monitor.RequestedProbes;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpoint;

/**
 * The endpoint {@code /actuator/probe}: it probes what the request names, and answers as
 * blackbox_exporter does.
 */
@WebEndpoint(id = "probe")
class ProbeEndpoint {

	private static final String SCRAPE_TIMEOUT = "X-Prometheus-Scrape-Timeout-Seconds";

	private final RequestedProbes probes;

	ProbeEndpoint(RequestedProbes probes) {
		this.probes = probes;
	}

	/**
	 * Probe.
	 * @param format metrics or JSON
	 * @param target {@code HOST:PORT}
	 * @param module the name of a configured target whose settings to take
	 * @param debug whether to tell what else is known, in plain text
	 */
	@ReadOperation(producesFrom = ProbeFormat.class)
	WebEndpointResponse<Object> probe(ProbeFormat format, @Nullable String target, @Nullable String module,
			@Nullable Boolean debug) {
		try {
			RequestedProbe probe = this.probes.make(target, module, RequestedProbe.scrapeTimeout(scrapeTimeout()));
			String body = (format == ProbeFormat.JSON) ? probe.json()
					: Boolean.TRUE.equals(debug) ? probe.debug() : probe.metrics();
			return new WebEndpointResponse<>(body, format);
		}
		catch (ProbeRefusedException ex) {
			return Refusal.of(ex).toResponse();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return Refusal.unavailable("The server stops").toResponse();
		}
	}

	private static @Nullable String scrapeTimeout() {
		HttpServletRequest request = CurrentRequest.get();
		return (request != null) ? request.getHeader(SCRAPE_TIMEOUT) : null;
	}

}
