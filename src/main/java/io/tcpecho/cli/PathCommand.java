package io.tcpecho.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;

import io.tcpecho.path.Measurement;
import io.tcpecho.path.PathRun;
import io.tcpecho.path.PathSettings;
import io.tcpecho.path.Speaker;
import io.tcpecho.probe.AddressFamily;
import io.tcpecho.probe.Target;
import io.tcpecho.text.Labels;
import io.tcpecho.text.Printable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * The command that measures the limits of a path.
 */
@Command(name = "path", mixinStandardHelpOptions = true, sortOptions = false,
		description = "Measures a path: the size at which it hangs (mtu), how long a connection may be silent (idle), how"
				+ " long the far end of a half-closed one may be silent (half-close), and what becomes of FIN and"
				+ " RST (ends). The far end is a listener with service lab; with a plain echo it measures what it can.",
		footer = { "", "Results: NO_LIMIT_FOUND, LIMIT_FOUND, UNSTABLE (tries differ), NOT_MEASURABLE.", "",
				"Examples:", "  tcp-echo path echo.example.com:7016",
				"  tcp-echo path balancer:7016 idle --max-idle 10m",
				"  tcp-echo path --json --report path.html 192.0.2.10:7016 mtu ends", "",
				"Exit codes: 0 no limit found by any measurement, 1 any other result, 2 wrong arguments, 3 a local error;"
						+ " 130 after Ctrl-C and 143 after SIGTERM." })
final class PathCommand implements Callable<Integer> {

	private static final String ALL = "all";

	@Spec
	private @Nullable CommandSpec command;

	@Parameters(index = "0", paramLabel = "HOST:PORT", converter = Converters.TargetConverter.class,
			description = "The far end: a name, an IPv4 address, or an IPv6 address in brackets.")
	private @Nullable Target target;

	@Parameters(index = "1..*", paramLabel = "WHAT", arity = "0..*",
			description = "mtu, idle, half-close, ends or all. Default: all")
	private List<String> what = List.of();

	@Option(names = "--max-idle", paramLabel = "DURATION", defaultValue = "6m",
			converter = Converters.DurationConverter.class,
			description = "Longest silence that is tried, 1s to 24h. Default: ${DEFAULT-VALUE}")
	private Duration maxIdle = Duration.ZERO;

	@Option(names = "--first", paramLabel = "client|server", defaultValue = "client",
			converter = Converters.SpeakerConverter.class, completionCandidates = AllowedValues.Speakers.class,
			description = "Which end breaks the silence of idle: the client with its message, or the lab with its"
					+ " reply. Default: ${DEFAULT-VALUE}")
	private Speaker first = Speaker.CLIENT;

	@Option(names = "--keepalive", paramLabel = "DURATION", converter = Converters.DurationConverter.class,
			description = "Time between two keepalives of TCP in the silence of idle, in whole seconds. Default: none")
	private Duration keepAlive = Duration.ZERO;

	@Option(names = "--max-half-close", paramLabel = "DURATION", defaultValue = "2m",
			converter = Converters.DurationConverter.class,
			description = "Longest silence of the far end after our FIN, 1s to 24h. Default: ${DEFAULT-VALUE}")
	private Duration maxHalfClose = Duration.ZERO;

	@Option(names = { "-t", "--timeout" }, paramLabel = "DURATION", defaultValue = "3s",
			converter = Converters.DurationConverter.class,
			description = "Longest time of a connect and of an answer that is due, 100ms to 1m."
					+ " Default: ${DEFAULT-VALUE}")
	private Duration timeout = Duration.ZERO;

	@Option(names = { "-4", "--ipv4" }, description = "Use an IPv4 address of a name only.")
	private boolean ipv4;

	@Option(names = { "-6", "--ipv6" }, description = "Use an IPv6 address of a name only.")
	private boolean ipv6;

	@Option(names = "--json", description = "Print one JSON object for each result.")
	private boolean json;

	@Option(names = "--report", paramLabel = "FILE.html", description = "Write a page with a picture of each ladder.")
	private @Nullable Path page;

	@Option(names = "--force", description = "Let --report replace a file.")
	private boolean force;

	@Override
	public Integer call() throws InterruptedException {
		PathSettings settings = settings();
		PathRun run = new PathRun(settings);
		return Interruption.stopping(run::stop, () -> {
			try (PathReport report = new PathReport(command().commandLine(), settings, this.json)) {
				run.run(report);
				if (this.page != null) {
					report.write(this.page);
				}
				return report.exitCode().number();
			}
			catch (IOException ex) {
				command().commandLine().getErr().println(command().qualifiedName() + ": " + Printable.of(ex));
				return ExitCode.LOCAL_ERROR.number();
			}
		});
	}

	/**
	 * Return what the arguments ask for.
	 * @throws ParameterException if they contradict each other
	 */
	PathSettings settings() {
		try {
			if (this.ipv4 && this.ipv6) {
				throw new IllegalArgumentException("-4 and -6 exclude each other");
			}
			OutputFile.check("--report", this.page, this.force);
			return new PathSettings(Objects.requireNonNull(this.target),
					this.ipv4 ? AddressFamily.IPV4 : this.ipv6 ? AddressFamily.IPV6 : AddressFamily.ANY, measurements(),
					this.timeout, this.maxIdle, this.first, this.keepAlive, this.maxHalfClose);
		}
		catch (IllegalArgumentException ex) {
			throw new ParameterException(command().commandLine(), String.valueOf(ex.getMessage()));
		}
	}

	private Set<Measurement> measurements() {
		Set<Measurement> measurements = EnumSet.noneOf(Measurement.class);
		for (String name : this.what) {
			if (name.equals(ALL)) {
				return EnumSet.allOf(Measurement.class);
			}
			measurements.add(Labels.parse(Measurement.class, name));
		}
		return measurements.isEmpty() ? EnumSet.allOf(Measurement.class) : measurements;
	}

	private CommandSpec command() {
		return Objects.requireNonNull(this.command);
	}

}
