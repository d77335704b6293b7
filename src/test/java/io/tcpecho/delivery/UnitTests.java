package io.tcpecho.delivery;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import io.tcpecho.server.StartFailure;
import io.tcpecho.settings.TcpEchoProperties.Drain;
import io.tcpecho.testing.Commands;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The unit file and its drop-ins, by systemd's own judgement and by what the server does.
 */
class UnitTests {

	@TempDir
	Path directory;

	@Test
	void whenSystemdReadsTheUnitWithItsDropInsItFindsNothingToComplainAbout() throws Exception {
		assertThat(verify()).isEmpty();
	}

	@Test
	void whenADropInHasAnUnknownKeySystemdWouldComplain() throws Exception {
		Path dropIns = Files.createDirectories(this.directory.resolve("tcp-echo.service.d"));
		Files.writeString(dropIns.resolve("wrong.conf"), "[Service]\nProtectEverything=yes\n");
		assertThat(verify()).contains("ProtectEverything");
	}

	@Test
	void whenSystemdJudgesTheExposureOfTheServiceItIsLow() {
		Commands.require("systemd-analyze", "systemd");
		// In tenths, on a scale to 10.0; a unit without restrictions has 9.6.
		assertThat(Commands.run("systemd-analyze", "security", "--offline=true", "--threshold=15", "--no-pager",
				Unit.FILE.toString()))
			.contains("Overall exposure level for tcp-echo.service");
	}

	@Test
	void whenTheServiceLooksIntoProcItSeesMoreThanProcesses() {
		assertThat(Unit.values("ProtectProc")).containsExactly("invisible");
		assertThat(Unit.values("ProcSubset")).isEmpty();
	}

	@Test
	void whenAStopTakesAsLongAsTheDefaultsOfTheDrainTheTimeoutIsLonger() {
		Duration timeout = Duration.ofSeconds(Long.parseLong(Unit.values("TimeoutStopSec").get(0)));
		Drain drain = new Binder(new MapConfigurationPropertySource()).bindOrCreate("tcp-echo.drain", Drain.class);
		assertThat(timeout).isGreaterThanOrEqualTo(drain.delay().plus(drain.timeout()).plusSeconds(5));
	}

	@Test
	void whenAStartFailsOnlyARefusedConfigurationPreventsTheNextOne() {
		assertThat(Unit.values("Restart")).containsExactly("on-failure");
		assertThat(Unit.values("RestartPreventExitStatus")).containsExactly("1");
		assertThat(StartFailure.EXIT_CODE).isNotIn(0, 1);
	}

	@Test
	void whenTheServerTellsSystemdTheUnitListens() {
		assertThat(Unit.values("Type")).containsExactly("notify");
		assertThat(Unit.values("NotifyAccess")).containsExactly("all");
		assertThat(Unit.values("RestrictAddressFamilies").get(0).split(" ")).contains("AF_UNIX");
	}

	private String verify() throws Exception {
		Commands.require("systemd-analyze", "systemd");
		Path unit = this.directory.resolve("tcp-echo.service");
		// There may be no /usr/bin/java where this is tested.
		Files.writeString(unit,
				Files.readString(Unit.FILE).replace("ExecStart=/usr/bin/java ", "ExecStart=/bin/true "));
		Path dropIns = Files.createDirectories(this.directory.resolve("tcp-echo.service.d"));
		for (String name : List.of("operator.conf", "cache.conf")) {
			Files.copy(Unit.DIRECTORY.resolve(name), dropIns.resolve(name));
		}
		return Commands.run("systemd-analyze", "verify", "--man=no", unit.toString());
	}

}
