package io.tcpecho.server;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

import io.tcpecho.settings.TcpEchoProperties.Drain;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The messages to systemd, sent by a program that writes them down instead.
 */
@ExtendWith(OutputCaptureExtension.class)
class SystemdNotifierTests {

	private static final Drain DRAIN = new Drain(Duration.ofSeconds(2), Duration.ofSeconds(45));

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	@TempDir
	Path directory;

	private Path sent;

	private Path program;

	@BeforeEach
	void makeTheProgram() throws Exception {
		this.sent = this.directory.resolve("sent");
		this.program = Files.writeString(this.directory.resolve("systemd-notify"),
				"#!/bin/sh\necho \"$@\" >" + this.sent + ".new && mv " + this.sent + ".new " + this.sent + "\n");
		assertThat(this.program.toFile().setExecutable(true)).isTrue();
	}

	@Test
	void whenTheServerIsReadySystemdIsTold() {
		new SystemdNotifier(this.program.toString(), DRAIN).ready();
		await().atMost(PATIENCE).until(() -> Files.exists(this.sent));
		assertThat(this.sent).hasContent("READY=1 STATUS=Ready\n");
	}

	@Test
	void whenTheServerStopsSystemdIsToldHowLongThatMayTake() {
		new SystemdNotifier(this.program.toString(), DRAIN)
			.readinessChanged(new AvailabilityChangeEvent<>(this, ReadinessState.REFUSING_TRAFFIC));
		await().atMost(PATIENCE).until(() -> Files.exists(this.sent));
		// 2 s of delay, 45 s of drain, 10 s for the rest.
		assertThat(this.sent).hasContent("STOPPING=1 STATUS=Draining EXTEND_TIMEOUT_USEC=57000000\n");
	}

	@Test
	void whenTheProgramIsMissingTheServerGoesOnAndSaysSo(CapturedOutput output) {
		new SystemdNotifier(this.directory.resolve("none").toString(), DRAIN).ready();
		assertThat(output).contains("systemd cannot be told READY=1: ");
	}

	@Test
	void whenTheProgramFailsTheLogSaysSo(CapturedOutput output) throws Exception {
		Files.writeString(this.program, "#!/bin/sh\nexit 4\n");
		new SystemdNotifier(this.program.toString(), DRAIN).ready();
		await().atMost(PATIENCE)
			.until(() -> output.toString()
				.contains("systemd-notify failed with exit code 4, so systemd does not know READY=1"));
	}

}
