package io.tcpecho.actuate;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The reason why an endpoint refuses a request.
 */
class RefusalTests {

	@Test
	void aRefusalBecomesAResponseAndHasNoStackTrace() {
		Refusal refusal = Refusal.notFound("nothing here");
		assertThat(refusal.toResponse().getStatus()).isEqualTo(404);
		assertThat(refusal.getStackTrace()).isEmpty();
	}

}
