package io.tcpecho.actuate;

import java.util.LinkedHashMap;
import java.util.Map;

import io.tcpecho.server.DrainBegan;
import io.tcpecho.server.DrainEnded;
import io.tcpecho.text.Printable;
import jakarta.servlet.http.HttpServletRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

import org.springframework.boot.actuate.audit.AuditEvent;
import org.springframework.boot.actuate.audit.listener.AuditApplicationEvent;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.event.EventListener;

/**
 * The record of what changes the server from outside: a line for each event in the logger
 * {@value #NAME}, and an {@link AuditEvent}. Text that a client has sent is escaped in
 * both. Any thread may call it.
 */
class Audit {

	static final String NAME = "tcpecho.audit";

	/** An operation of an endpoint that changes something, whatever its result. */
	static final String OPERATION = "OPERATION";

	/** A request that was refused for its credentials or its origin. */
	static final String REFUSED = "REQUEST_REFUSED";

	private static final Logger logger = LoggerFactory.getLogger(NAME);

	/** The length of a text from outside, in characters. */
	private static final int LONGEST_SHOWN = 200;

	/** The principal of what the server does without an operator. */
	private static final String SERVER = "server";

	private final ApplicationEventPublisher publisher;

	Audit(ApplicationEventPublisher publisher) {
		this.publisher = publisher;
	}

	/**
	 * Record an event of a request.
	 * @param type {@link #OPERATION} or {@link #REFUSED}
	 * @param principal the operator, or the name with which a client tried to log in
	 * @param line the event for people
	 * @param data the same for programs, with {@code address} and {@code result}
	 */
	void record(String type, String principal, String line, Map<String, String> data) {
		LoggingEventBuilder event = (type.equals(REFUSED) ? logger.atWarn() : logger.atInfo()).addKeyValue("operator",
				principal);
		data.forEach(event::addKeyValue);
		event.log(line);
		publish(principal, type, data);
	}

	/**
	 * Record an operation of the request that this thread serves.
	 * @param action what it is, with what the client has sent escaped
	 * @param result what came of it
	 */
	void operation(String action, String result) {
		HttpServletRequest request = CurrentRequest.get();
		String address = (request != null) ? request.getRemoteAddr() : "inside";
		String user = (request != null) ? request.getRemoteUser() : null;
		String operator = (user != null) ? user : "anonymous";
		Map<String, String> data = new LinkedHashMap<>();
		data.put("action", action);
		data.put("address", shown(address));
		data.put("result", shown(result));
		record(OPERATION, shown(operator),
				action + " by " + shown(operator) + " from " + shown(address) + ": " + shown(result), data);
	}

	/** Return a text from outside as a record shows it: cut, and without surprises. */
	static String shown(String text) {
		return Printable.of((text.length() > LONGEST_SHOWN) ? text.substring(0, LONGEST_SHOWN) + "..." : text);
	}

	@EventListener
	void drainBegan(DrainBegan event) {
		publish(SERVER, "DRAIN_BEGAN", Map.of("result", event.toString()));
	}

	@EventListener
	void drainEnded(DrainEnded event) {
		publish(SERVER, "DRAIN_ENDED", Map.of("result", event.toString()));
	}

	private void publish(String principal, String type, Map<String, String> data) {
		this.publisher
			.publishEvent(new AuditApplicationEvent(new AuditEvent(principal, type, new LinkedHashMap<>(data))));
	}

}
