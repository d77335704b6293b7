package io.tcpecho.connection;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The names that logs, endpoints and meters show: part of the contract.
 */
class OutcomeTests {

	@Test
	void theNamesAreThoseOfTheProtocol() {
		assertThat(Outcome.values()).extracting(Outcome::toString)
			.containsExactlyInAnyOrder("replied", "empty", "truncated", "closed-by-peer", "oversize", "idle-timeout",
					"message-timeout", "service-timeout", "write-timeout", "service-error", "lab-reset", "lab-refused",
					"reset-by-peer", "rejected", "overloaded", "drained", "closed-by-operator", "fault", "tls-failed",
					"tls-truncated", "proxy-refused", "error");
	}

}
