package io.tcpecho.hostile;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

import io.tcpecho.testing.Installed;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@code bin/rolling-restart} for a minute; by default it restarts ten times under
 * 100,000 messages.
 */
@Tag("reliability")
class RollingRestartIT {

	@Test
	@DisplayName("No message is lost when servers behind HAProxy are restarted in turn")
	void whenServersAreRestartedInTurnNoMessageIsLost() throws Exception {
		Installed.program("python3", "python3");
		Installed.program("haproxy", "haproxy");
		ProcessBuilder script = new ProcessBuilder("bin/rolling-restart", "--restarts", "3", "--messages", "8000")
			.redirectErrorStream(true);
		script.environment().put("JAVA_HOME", System.getProperty("java.home"));
		Process process = script.start();
		try {
			String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			assertThat(output).contains("restart 3 of 3, ")
				.containsPattern("\n0 of (\\d{5,}|[89]\\d{3}) messages lost in 3 restarts\n$");
			assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
			assertThat(process.exitValue()).isZero();
		}
		finally {
			process.destroy();
		}
	}

}
