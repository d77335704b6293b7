package io.tcpecho.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import io.tcpecho.path.Finding;
import io.tcpecho.path.Measurement;
import io.tcpecho.path.PathRun;
import io.tcpecho.path.PathSettings;
import io.tcpecho.path.Word;
import io.tcpecho.text.Json;
import io.tcpecho.text.Labels;
import io.tcpecho.text.Printable;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/**
 * The output of {@code path}: a line for each finding, or a JSON object; the progress on
 * standard error; and at the end a page with a picture of each ladder.
 */
final class PathReport implements PathRun.Listener, AutoCloseable {

	private final PrintWriter out;

	private final PathSettings settings;

	private final boolean json;

	private final Ansi ansi;

	private final Progress progress;

	private final List<Finding> findings = new ArrayList<>();

	private final Instant beganAt = Instant.now();

	PathReport(CommandLine command, PathSettings settings, boolean json) {
		this.out = command.getOut();
		this.settings = settings;
		this.json = json;
		this.ansi = command.getColorScheme().ansi();
		this.progress = new Progress(command.getErr(), ConsoleWriter.isTerminal(command.getErr()));
	}

	@Override
	public void begin(Measurement measurement, Duration longest) {
		this.progress.begin(Labels.of(measurement), longest);
	}

	@Override
	public void found(Finding finding) {
		this.progress.end();
		this.findings.add(finding);
		this.out.println(this.json ? object(finding) : line(finding, this.ansi));
	}

	/**
	 * Return the line of a finding, with a colour for its word where there are colours.
	 */
	static String line(Finding finding, Ansi ansi) {
		String colour = switch (finding.word()) {
			case NO_LIMIT_FOUND -> "green";
			case NOT_MEASURABLE -> "yellow";
			default -> "red";
		};
		return Printable.of(PathPage.name(finding)) + ": " + ansi.string("@|" + colour + " " + finding.word() + "|@")
				+ ": " + Printable.of(finding.text());
	}

	private Json object(Finding finding) {
		return new Json().with("target", this.settings.target())
			.with("measurement", Labels.of(finding.measurement()))
			.with("subject", finding.subject())
			.with("result", finding.word())
			.with("text", finding.text())
			.with("unit", (finding.measurement() == Measurement.MTU) ? "bytes" : "ms")
			.with("good", (finding.good() != Finding.NONE) ? finding.good() : null)
			.with("bad", (finding.bad() != Finding.NONE) ? finding.bad() : null)
			.with("steps",
					finding.rungs()
						.stream()
						.map((rung) -> new Json().with("value", rung.value())
							.with("passed", rung.passed())
							.with("what", rung.what()))
						.toList());
	}

	/** Return the exit code: OK only if each measurement has found no limit. */
	ExitCode exitCode() {
		boolean ok = !this.findings.isEmpty()
				&& this.findings.stream().allMatch((finding) -> finding.word() == Word.NO_LIMIT_FOUND);
		return this.out.checkError() ? ExitCode.LOCAL_ERROR : ok ? ExitCode.OK : ExitCode.VERDICT;
	}

	/** Write the page. */
	void write(Path file) throws IOException {
		new PathPage(this.settings, this.beganAt, this.findings).write(file);
	}

	@Override
	public void close() {
		this.progress.end();
	}

}
