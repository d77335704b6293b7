package io.tcpecho.actuate;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.audit.AuditEvent;
import org.springframework.boot.actuate.audit.AuditEventRepository;
import org.springframework.boot.actuate.audit.InMemoryAuditEventRepository;

/**
 * The last {@value #OPERATIONS} events of operators and of the server, and the last
 * {@value #REFUSALS} refused requests. They are kept apart, because every client can
 * cause refusals.
 */
class AuditEvents implements AuditEventRepository {

	private static final int OPERATIONS = 1_000;

	private static final int REFUSALS = 100;

	private final AuditEventRepository operations = new InMemoryAuditEventRepository(OPERATIONS);

	private final AuditEventRepository refusals = new InMemoryAuditEventRepository(REFUSALS);

	@Override
	public void add(AuditEvent event) {
		(event.getType().equals(Audit.REFUSED) ? this.refusals : this.operations).add(event);
	}

	@Override
	public List<AuditEvent> find(@Nullable String principal, @Nullable Instant after, @Nullable String type) {
		return Stream
			.concat(this.operations.find(principal, after, type).stream(),
					this.refusals.find(principal, after, type).stream())
			.sorted(Comparator.comparing(AuditEvent::getTimestamp))
			.toList();
	}

}
