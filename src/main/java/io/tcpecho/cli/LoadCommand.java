package io.tcpecho.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;

import io.tcpecho.load.HistogramLog;
import io.tcpecho.load.Load;
import io.tcpecho.load.LoadSettings;
import io.tcpecho.load.LoadSummary;
import io.tcpecho.load.Origin;
import io.tcpecho.probe.Target;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * The command that makes many exchanges at a time, and reports how fast they were and how
 * they ended.
 */
@Command(name = "load", mixinStandardHelpOptions = true, sortOptions = false, subcommands = LoadMergeCommand.class,
		defaultValueProvider = LoadCommand.Defaults.class, synopsisSubcommandLabel = "| merge FILE.hlog...",
		description = "Makes many exchanges at a time, checks every byte, and reports how fast they were and how"
				+ " they ended.",
		footer = { "",
				"DURATION: 200ms, 1.5s, 1m30s; a number alone is seconds. SIZE: 64, 64B, 5KB or 5KiB (1024 bytes"
						+ " each), 1MB.",
				"", "Examples:", "  tcp-echo load localhost:7007",
				"  tcp-echo load -c 100 -d 1m --report report.html localhost:7007",
				"  tcp-echo load --rate 2000 --size 5KB --json echo.example.com:7007",
				"  tcp-echo load --framing line localhost:7008",
				"  tcp-echo load --hlog one.hlog --fail-if 'p99>20ms' --fail-if 'errors>0.1%%' localhost:7007",
				"  tcp-echo load merge --report all.html one.hlog two.hlog", "", ExitCode.HELP })
final class LoadCommand implements Callable<Integer> {

	/** What stands for standard output. */
	private static final Path STANDARD_OUTPUT = Path.of("-");

	@Spec
	private @Nullable CommandSpec command;

	@Parameters(paramLabel = "HOST:PORT", arity = "0..*", converter = Converters.TargetConverter.class,
			description = "The server: a name, an IPv4 address, or an IPv6 address in brackets. Of a name with several"
					+ " addresses, the first that accepts is used.")
	private List<Target> targets = List.of();

	@Mixin
	private ExchangeOptions exchange = new ExchangeOptions();

	@Option(names = { "-c", "--connections" }, paramLabel = "N", defaultValue = "32",
			description = "Largest number of exchanges at a time. With every framing except eof, connections are kept"
					+ " for further exchanges. Default: ${DEFAULT-VALUE}")
	private int connections;

	@Option(names = { "-d", "--duration" }, paramLabel = "DURATION", defaultValue = "10s",
			converter = Converters.DurationConverter.class, description = "Measured time. Default: ${DEFAULT-VALUE}")
	private Duration duration = Duration.ZERO;

	@Option(names = { "-w", "--warmup" }, paramLabel = "DURATION", defaultValue = "2s",
			converter = Converters.DurationConverter.class,
			description = "Time before the measured time. Default: ${DEFAULT-VALUE}")
	private Duration warmup = Duration.ZERO;

	@Option(names = { "-r", "--rate" }, paramLabel = "N", defaultValue = "0",
			description = "Exchanges that are due in a second, whatever the server does. The time of an exchange is"
					+ " measured from the moment when it was due, so that waiting counts. 0: as many as"
					+ " possible. Default: ${DEFAULT-VALUE}")
	private long rate;

	@Option(names = { "-s", "--size" }, paramLabel = "SIZE", split = ",", defaultValue = "64B",
			converter = Converters.SizeConverter.class,
			description = "Payload of a message: 64B, 5KB, 1MB. Those of a list take turns, and each has figures of its"
					+ " own. Default: ${DEFAULT-VALUE}")
	private List<Integer> sizes = List.of();

	@Option(names = "--hlog", paramLabel = "FILE.hlog",
			description = "Write all times in the log format of HdrHistogram, second by second; load merge reads it."
					+ " With - it goes to standard output, instead of the progress and the summary.")
	private @Nullable Path log;

	@Mixin
	private LoadResultOptions results = new LoadResultOptions();

	@Override
	public Integer call() throws InterruptedException {
		LoadSettings settings = settings();
		this.results.check();
		this.exchange.check(() -> {
			if (!isLogOnStandardOutput()) {
				OutputFile.check("--hlog", this.log, this.results.force());
			}
			else if (this.results.json()) {
				throw new IllegalArgumentException(
						"--hlog - and --json both write to standard output: give one of them");
			}
			return null;
		});
		try {
			return run(settings, Origin.here(Version.number()));
		}
		catch (IOException ex) {
			return this.results.cannotWrite(Objects.requireNonNull(this.log), ex).number();
		}
	}

	private int run(LoadSettings settings, Origin origin) throws InterruptedException, IOException {
		LoadReport report = isLogOnStandardOutput() ? this.results.report(LoadReport.Form.NONE) : this.results.report();
		Load load = new Load(settings, origin);
		try (HistogramLog log = (this.log != null) ? new HistogramLog(open(this.log), settings.options(), origin)
				: null) {
			return Interruption.stopping(load::stop, () -> {
				report.begin(settings.options());
				LoadSummary summary = load.run((second) -> {
					report.progress(second.progress(), settings.options());
					if (log != null) {
						log.write(second);
					}
					if (report.isOutputClosed()) {
						load.stop();
					}
				});
				report.endProgress();
				return end(log, summary).or(this.results.show(report, summary, List.of())).number();
			});
		}
	}

	private boolean isLogOnStandardOutput() {
		return STANDARD_OUTPUT.equals(this.log);
	}

	private OutputStream open(Path log) throws IOException {
		return isLogOnStandardOutput() ? ((ConsoleWriter) this.exchange.command().commandLine().getOut()).stream()
				: Files.newOutputStream(log);
	}

	private ExitCode end(@Nullable HistogramLog log, LoadSummary summary) {
		try {
			if (log != null) {
				log.end(summary);
			}
			return ExitCode.OK;
		}
		catch (IOException ex) {
			return this.results.cannotWrite(Objects.requireNonNull(this.log), ex);
		}
	}

	/**
	 * Return the settings of the load that the arguments describe.
	 * @throws ParameterException if they contradict each other
	 */
	LoadSettings settings() {
		if (this.targets.isEmpty()) {
			throw new ParameterException(Objects.requireNonNull(this.command).commandLine(),
					"Missing required parameter: 'HOST:PORT'");
		}
		return this.exchange.check(() -> new LoadSettings(ExchangeOptions.single(this.targets, "load"),
				this.exchange.format(), this.sizes, this.connections, this.rate, this.warmup, this.duration,
				this.exchange.timeout(), this.exchange.entrance()));
	}

	/** The defaults that differ from those of {@code probe}. */
	static final class Defaults implements IDefaultValueProvider {

		@Override
		public @Nullable String defaultValue(ArgSpec argument) {
			return (argument instanceof OptionSpec option && option.longestName().equals(ExchangeOptions.TIMEOUT))
					? "10s" : null;
		}

	}

}
