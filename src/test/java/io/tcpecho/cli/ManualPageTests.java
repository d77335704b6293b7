package io.tcpecho.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The manual pages of the commands. {@code bin/verify-package} has groff read them.
 */
class ManualPageTests {

	@TempDir
	private Path directory;

	@Test
	void eachCommandThatUsersRunHasAPage() throws IOException {
		Invocation written = Invocation.of("generate-manual " + this.directory);
		assertThat(written.exitCode()).as(written.err()).isZero();
		try (Stream<Path> files = Files.list(this.directory)) {
			assertThat(files.map((file) -> file.getFileName().toString())).containsExactlyInAnyOrder("tcp-echo.1",
					"tcp-echo-serve.1", "tcp-echo-probe.1", "tcp-echo-path.1", "tcp-echo-load.1",
					"tcp-echo-load-merge.1", "tcp-echo-explain.1", "tcp-echo-config.1", "tcp-echo-check-config.1");
		}
	}

	@Test
	void aPageHasEachOptionWithItsDefaultAndTheExamples() {
		CommandLine probe = commands().getSubcommands().get("probe");
		String page = new ManualPage(probe).source();
		assertThat(page).startsWith(".TH TCP\\-ECHO\\-PROBE 1 \"\" \"tcp-echo ")
			.contains(
					".SH NAME\ntcp\\-echo\\-probe \\- Makes exchanges one after the other, checks every byte, and names"
							+ " what the path broke\n")
			.contains(".B \\-t, \\-\\-timeout=DURATION\n")
			.contains("Default: 5s\n")
			.contains(".br\ntcp\\-echo probe localhost:7007\n");
		List<String> options = probe.getCommandSpec().options().stream().map(OptionSpec::longestName).toList();
		assertThat(options).hasSizeGreaterThan(40)
			.allSatisfy((option) -> assertThat(page).contains(option.replace("-", "\\-")));
	}

	@Test
	void aPageHasNoDirectiveOfAFormatAndNoLineThatRoffTakesForAMacro() {
		String page = new ManualPage(commands().getSubcommands().get("load")).source();
		assertThat(page).contains("errors>0.1%").doesNotContain("%%", "%n");
		assertThat(page.lines().filter((line) -> line.startsWith(".")))
			.allMatch((line) -> line.matches("\\.(TH|SH|TP|PP|br|B|BR)( .*)?"));
	}

	@Test
	void aDirectoryThatIsMissingIsNamed() {
		Path missing = this.directory.resolve("missing");
		Invocation refused = Invocation.of("generate-manual " + missing);
		assertThat(refused.exitCode()).isEqualTo(ExitCode.USAGE.number());
		assertThat(refused.err()).isEqualTo("tcp-echo generate-manual: DIRECTORY is " + missing
				+ ", and must be a directory that can be written (see tcp-echo generate-manual --help)\n");
	}

	private static CommandLine commands() {
		return CommandLineInterface.commandLine(System.out, System.err);
	}

}
