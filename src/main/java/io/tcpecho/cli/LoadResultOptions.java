package io.tcpecho.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

import io.tcpecho.load.FailCondition;
import io.tcpecho.load.HistogramLogFile;
import io.tcpecho.load.LoadSummary;
import io.tcpecho.text.Printable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The options that say what becomes of the results of a load: how they are shown, and
 * when it has failed.
 */
final class LoadResultOptions {

	@Spec(Spec.Target.MIXEE)
	private @Nullable CommandSpec command;

	@Option(names = "--json", description = "Print the summary as one JSON object, with the series of each second.")
	private boolean json;

	@Option(names = "--fail-if", paramLabel = "CONDITION", converter = Converters.FailConditionConverter.class,
			description = "End with exit code 1 if this is so: p99>20ms, max>=1s, connect.p99>5ms, errors>0.1%%,"
					+ " not-begun>0, REFUSED>3, rate<1000. May be given several times. A condition on errors takes the"
					+ " place of the rule that every exchange has to be OK.")
	private List<FailCondition> conditions = List.of();

	@Option(names = "--report", paramLabel = "FILE.html",
			description = "Write a page with figures and plots, which needs no other file.")
	private @Nullable Path page;

	@Option(names = "--compare", paramLabel = "FILE.hlog",
			description = "Show an earlier load in the report, too: a file that --hlog has written.")
	private @Nullable Path earlier;

	@Option(names = "--force", description = "Let --report and --hlog replace files.")
	private boolean force;

	private @Nullable LoadSummary earlierLoad;

	boolean json() {
		return this.json;
	}

	boolean force() {
		return this.force;
	}

	/**
	 * Find out before the load what could not be done after it.
	 * @throws ParameterException naming the option and the reason
	 */
	void check() {
		try {
			OutputFile.check("--report", this.page, this.force);
			if (this.earlier != null) {
				if (this.page == null) {
					throw new IllegalArgumentException("--compare needs --report");
				}
				this.earlierLoad = HistogramLogFile.read(this.earlier).summary();
			}
		}
		catch (IllegalArgumentException | IOException ex) {
			throw new ParameterException(command().commandLine(), String.valueOf(ex.getMessage()));
		}
	}

	/** Return the report that the options ask for. */
	LoadReport report() {
		return report(this.json ? LoadReport.Form.JSON : LoadReport.Form.TEXT);
	}

	/** Return a report in a form that they do not ask for. */
	LoadReport report(LoadReport.Form form) {
		return new LoadReport(command().commandLine(), form);
	}

	/**
	 * Show the results of a load, and write its page.
	 * @return the exit code
	 */
	ExitCode show(LoadReport report, LoadSummary summary, List<String> notes) {
		LoadResult result = new LoadResult(summary, this.conditions, notes);
		ExitCode code = report.end(result);
		if (this.page == null) {
			return code;
		}
		try {
			new LoadPage(result, this.earlierLoad, String.valueOf(this.earlier)).write(this.page);
			return code;
		}
		catch (IOException ex) {
			return code.or(cannotWrite(this.page, ex));
		}
	}

	/** Say that a file could not be written, and return the exit code. */
	ExitCode cannotWrite(Path file, IOException cause) {
		command().commandLine()
			.getErr()
			.println(command().qualifiedName() + ": cannot write " + Printable.of(file + ": " + cause));
		return ExitCode.LOCAL_ERROR;
	}

	private CommandSpec command() {
		return Objects.requireNonNull(this.command);
	}

}
