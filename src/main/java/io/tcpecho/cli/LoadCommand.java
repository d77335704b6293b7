package io.tcpecho.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;

import io.tcpecho.load.Load;
import io.tcpecho.load.Load.Settings;
import io.tcpecho.probe.MessageFormat;
import io.tcpecho.probe.Target;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Makes many exchanges at a time, and tells how fast they were and how they ended.
 */
@Command(name = "load", mixinStandardHelpOptions = true, sortOptions = false,
		exitCodeOnExecutionException = CommandLineInterface.EXIT_LOCAL_ERROR,
		description = "Makes many exchanges at a time, checks every byte, and tells how fast they were and how they"
				+ " ended.",
		footer = { "", "Examples:", "  tcp-echo load localhost:7007",
				"  tcp-echo load --connections 100 --duration 1m --report report.html localhost:7007",
				"  tcp-echo load --rate 2000 --size 5KB --json echo.example.com:7007",
				"  tcp-echo load --framing line localhost:7008" })
final class LoadCommand implements Callable<Integer> {

	@Spec
	private @Nullable CommandSpec spec;

	@Parameters(paramLabel = "HOST:PORT", converter = Converters.TargetConverter.class,
			description = "Where to: a name, an IPv4 address, or an IPv6 address in brackets.")
	private @Nullable Target target;

	@Option(names = { "-c", "--connections" }, paramLabel = "N", defaultValue = "32",
			description = "Exchanges at a time, at most. Default: ${DEFAULT-VALUE}")
	private int connections;

	@Option(names = { "-d", "--duration" }, paramLabel = "DURATION", defaultValue = "10s",
			converter = Converters.DurationConverter.class, description = "Time that counts. Default: ${DEFAULT-VALUE}")
	private Duration duration = Duration.ZERO;

	@Option(names = { "-w", "--warmup" }, paramLabel = "DURATION", defaultValue = "2s",
			converter = Converters.DurationConverter.class,
			description = "Time before it that does not count. Default: ${DEFAULT-VALUE}")
	private Duration warmup = Duration.ZERO;

	@Option(names = { "-r", "--rate" }, paramLabel = "N", defaultValue = "0",
			description = "Exchanges that are due in a second, whatever the server does; their time is measured from"
					+ " then, so that waiting counts. 0: as many as can be. Default: ${DEFAULT-VALUE}")
	private long rate;

	@Option(names = { "-s", "--size" }, paramLabel = "SIZE", defaultValue = "64B",
			converter = Converters.SizeConverter.class,
			description = "Payload of a message: 64B, 5KB, 1MB. Default: ${DEFAULT-VALUE}")
	private int size;

	@Option(names = { "-f", "--framing" }, paramLabel = "NAME", defaultValue = "eof",
			converter = Converters.FormatConverter.class,
			description = "Where a message ends: eof (our half-close, a connection for each), line, crlf, length-1,"
					+ " length-2, length-4, fixed, stream (connections stay open). Default: ${DEFAULT-VALUE}")
	private MessageFormat format = MessageFormat.of("eof");

	@Option(names = { "-t", "--timeout" }, paramLabel = "DURATION", defaultValue = "10s",
			converter = Converters.DurationConverter.class,
			description = "Longest time of one exchange. Default: ${DEFAULT-VALUE}")
	private Duration timeout = Duration.ZERO;

	@Option(names = "--json", description = "Print the summary as one JSON object.")
	private boolean json;

	@Option(names = "--report", paramLabel = "FILE.html",
			description = "Write a page with plots of latency and throughput.")
	private @Nullable Path page;

	@Override
	public Integer call() throws InterruptedException {
		CommandSpec command = Objects.requireNonNull(this.spec);
		Settings settings = settings();
		LoadReport report = new LoadReport(command.commandLine(), settings, this.json);
		Load load = new Load(settings);
		int[] exitCode = new int[1];
		Interruption.stopping(load::stop, () -> {
			report.begin();
			Load.Summary summary = load.run(report::progress);
			exitCode[0] = Math.max(report.end(summary), write(command, summary));
		});
		return exitCode[0];
	}

	/**
	 * Return what the arguments ask for.
	 * @throws ParameterException if they contradict each other
	 */
	Settings settings() {
		try {
			return new Settings(Objects.requireNonNull(this.target), this.format, this.size, this.connections,
					this.rate, this.warmup, this.duration, this.timeout);
		}
		catch (IllegalArgumentException ex) {
			throw new ParameterException(Objects.requireNonNull(this.spec).commandLine(),
					String.valueOf(ex.getMessage()));
		}
	}

	private int write(CommandSpec command, Load.Summary summary) {
		if (this.page == null) {
			return CommandLineInterface.EXIT_OK;
		}
		try {
			new HtmlReport(summary).write(this.page);
			return CommandLineInterface.EXIT_OK;
		}
		catch (IOException ex) {
			command.commandLine().getErr().println(command.qualifiedName() + ": cannot write " + this.page + ": " + ex);
			return CommandLineInterface.EXIT_LOCAL_ERROR;
		}
	}

}
