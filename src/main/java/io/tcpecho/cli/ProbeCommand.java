package io.tcpecho.cli;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;

import io.tcpecho.probe.MessageFormat;
import io.tcpecho.probe.Probe;
import io.tcpecho.probe.Probe.Settings;
import io.tcpecho.probe.Target;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Makes exchanges one after the other and names what the path broke.
 */
@Command(name = "probe", mixinStandardHelpOptions = true, sortOptions = false,
		exitCodeOnExecutionException = CommandLineInterface.EXIT_LOCAL_ERROR,
		description = "Makes exchanges one after the other, checks every byte, and names what the path broke.",
		footer = { "", "Examples:", "  tcp-echo probe localhost:7007",
				"  tcp-echo probe --count 0 --interval 200ms echo.example.com:7007",
				"  tcp-echo probe --size 64B,5KB,1MB [2001:db8::1]:7007",
				"  tcp-echo probe --half-close-delay 2s --json 192.0.2.1:7007", "",
				"docs/verdicts.md explains each verdict." })
final class ProbeCommand implements Callable<Integer> {

	@Spec
	private @Nullable CommandSpec spec;

	@Parameters(paramLabel = "HOST:PORT", converter = Converters.TargetConverter.class,
			description = "Where to: a name, an IPv4 address, or an IPv6 address in brackets.")
	private @Nullable Target target;

	@Option(names = { "-c", "--count" }, paramLabel = "N", defaultValue = "5",
			description = "Exchanges of each size; 0: until Ctrl-C. Default: ${DEFAULT-VALUE}")
	private long count;

	@Option(names = { "-i", "--interval" }, paramLabel = "DURATION", defaultValue = "1s",
			converter = Converters.DurationConverter.class,
			description = "From the beginning of one exchange to that of the next. Default: ${DEFAULT-VALUE}")
	private Duration interval = Duration.ZERO;

	@Option(names = { "-s", "--size" }, paramLabel = "SIZE", split = ",", defaultValue = "64B",
			converter = Converters.SizeConverter.class,
			description = "Payload of a message: 64B, 5KB, 1MB; a list tries one after the other."
					+ " Default: ${DEFAULT-VALUE}")
	private List<Integer> sizes = List.of();

	@Option(names = { "-f", "--framing" }, paramLabel = "NAME", defaultValue = "eof",
			converter = Converters.FormatConverter.class,
			description = "Where a message ends: eof (our half-close), line, crlf, length-1, length-2, length-4, fixed,"
					+ " stream. Default: ${DEFAULT-VALUE}")
	private MessageFormat format = MessageFormat.of("eof");

	@Option(names = { "-t", "--timeout" }, paramLabel = "DURATION", defaultValue = "5s",
			converter = Converters.DurationConverter.class,
			description = "Longest time of one exchange, from the look-up of the name to FIN."
					+ " Default: ${DEFAULT-VALUE}")
	private Duration timeout = Duration.ZERO;

	@Option(names = "--half-close-delay", paramLabel = "DURATION", defaultValue = "0s",
			converter = Converters.DurationConverter.class,
			description = "From the last byte sent to our FIN; shows who answers before it. Default: ${DEFAULT-VALUE}")
	private Duration halfCloseDelay = Duration.ZERO;

	@Option(names = "--json", description = "Print one JSON object for each exchange, and one for the summary.")
	private boolean json;

	@Override
	public Integer call() throws InterruptedException {
		Settings settings = settings();
		ProbeReport report = new ProbeReport(command().commandLine(), settings, this.json);
		Probe probe = new Probe(settings);
		Interruption.stopping(probe::stop, () -> {
			report.begin();
			probe.run(report::add);
			report.end();
		});
		return report.exitCode();
	}

	/**
	 * Return what the arguments ask for.
	 * @throws ParameterException if they contradict each other
	 */
	Settings settings() {
		try {
			return new Settings(Objects.requireNonNull(this.target), this.format, this.sizes, this.count, this.interval,
					this.timeout, this.halfCloseDelay);
		}
		catch (IllegalArgumentException ex) {
			throw new ParameterException(command().commandLine(), String.valueOf(ex.getMessage()));
		}
	}

	private CommandSpec command() {
		return Objects.requireNonNull(this.spec);
	}

}
