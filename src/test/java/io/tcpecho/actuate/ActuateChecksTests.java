package io.tcpecho.actuate;

import java.time.Duration;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the start refuses of the properties of management and of the self-check.
 */
class ActuateChecksTests {

	@ParameterizedTest
	@ValueSource(strings = { "127.0.0.1", "127.0.0.2", "::1", "localhost" })
	void whenManagementIsUnprotectedOnLoopbackItIsTaken(String address) {
		assertThat(checks(true, address, "2s").problems()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "0.0.0.0", "192.0.2.1", "no-such-host.invalid" })
	void whenManagementIsUnprotectedElsewhereTheStartIsRefused(String address) {
		assertThat(checks(true, address, "2s").problems())
			.containsExactly("tcp-echo.management.unprotected is true, and server.address is " + address
					+ ", which is not a loopback address");
		assertThat(checks(false, address, "2s").problems()).isEmpty();
	}

	@Test
	void whenManagementIsUnprotectedOnAllAddressesTheStartIsRefused() {
		assertThat(checks(true, null, "2s").problems())
			.containsExactly("tcp-echo.management.unprotected is true, and server.address is not set,"
					+ " which is not a loopback address");
	}

	@ParameterizedTest
	@CsvSource({ "9090, 127.0.0.1, 0.0.0.0, 'management.server.address is 0.0.0.0'",
			"0, 127.0.0.1, 192.0.2.1, 'management.server.address is 192.0.2.1'", "9090, 0.0.0.0, , ", "9090, , ::1, ",
			"-1, 0.0.0.0, , ", "8080, 0.0.0.0, , 'server.address is 0.0.0.0'" })
	void aSeparateServerHasItsOwnAddressWhichIsLoopbackUnlessItIsSet(String port, @Nullable String serverAddress,
			@Nullable String address, @Nullable String problem) {
		MockEnvironment environment = new MockEnvironment().withProperty("server.port", "8080")
			.withProperty("management.server.port", port);
		if (serverAddress != null) {
			environment.setProperty("server.address", serverAddress);
		}
		if (address != null) {
			environment.setProperty("management.server.address", address);
		}
		List<String> problems = new ActuateChecks(new ManagementProperties(Set.of(), true),
				new SelfCheckProperties(true, Duration.ofSeconds(2)), environment)
			.problems();
		assertThat(problems).isEqualTo((problem == null) ? List.of() : List
			.of("tcp-echo.management.unprotected is true, and " + problem + ", which is not a loopback address"));
	}

	@ParameterizedTest
	@CsvSource({ "0s, 0s", "-1s, -1s", "366d, 31622400s" })
	void whenTheTimeOfASelfCheckIsOutsideItsLimitsTheStartIsRefused(String timeout, String shown) {
		assertThat(checks(false, null, timeout).problems())
			.containsExactly("tcp-echo.self-check.timeout is " + shown + ", and must be between 1ms and 365d");
	}

	@ParameterizedTest
	@ValueSource(strings = { "0.001s", "365d" })
	void whenTheTimeOfASelfCheckIsAtItsLimitItIsTaken(String timeout) {
		assertThat(checks(false, null, timeout).problems()).isEmpty();
	}

	private static ActuateChecks checks(boolean unprotected, @Nullable String address, String timeout) {
		String iso = timeout.endsWith("d") ? "P" + timeout : "PT" + timeout;
		MockEnvironment environment = new MockEnvironment();
		if (address != null) {
			environment.setProperty("server.address", address);
		}
		return new ActuateChecks(new ManagementProperties(Set.of(), unprotected),
				new SelfCheckProperties(true, Duration.parse(iso)), environment);
	}

}
