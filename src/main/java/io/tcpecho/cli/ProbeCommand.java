package io.tcpecho.cli;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;

import io.tcpecho.probe.Probe;
import io.tcpecho.probe.Probe.Settings;
import io.tcpecho.probe.diagnosis.Experiment;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/**
 * Makes exchanges one after the other and names what the path broke.
 */
@Command(name = "probe", mixinStandardHelpOptions = true, sortOptions = false,
		description = "Makes exchanges one after the other, checks every byte, and names what the path broke.",
		footer = { "", "Examples:", "  tcp-echo probe localhost:7007",
				"  tcp-echo probe --count 0 --interval 200ms echo.example.com:7007",
				"  tcp-echo probe --size 64B,5KB,1MB [2001:db8::1]:7007",
				"  tcp-echo probe --half-close-delay 2s --json 192.0.2.1:7007",
				"  tcp-echo probe --diagnose --line-port 7008 echo.example.com:7007", "",
				"tcp-echo explain VERDICT shows each verdict on the wire." })
final class ProbeCommand implements Callable<Integer> {

	@Mixin
	private ExchangeOptions exchange = new ExchangeOptions();

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

	@Option(names = "--half-close-delay", paramLabel = "DURATION", defaultValue = "0s",
			converter = Converters.DurationConverter.class,
			description = "From the last byte sent to our FIN; shows who answers before it. Default: ${DEFAULT-VALUE}")
	private Duration halfCloseDelay = Duration.ZERO;

	@Option(names = "--diagnose",
			description = "Make exchanges that differ in one thing each, and name the likeliest cause of what is"
					+ " broken; --count and --interval do not matter.")
	private boolean diagnose;

	@Option(names = "--budget", paramLabel = "DURATION", defaultValue = "30s",
			converter = Converters.DurationConverter.class,
			description = "Longest time of --diagnose in all, at least 6s. Default: ${DEFAULT-VALUE}")
	private Duration budget = Duration.ZERO;

	@Option(names = "--line-port", paramLabel = "PORT", defaultValue = "0",
			description = "A port of the same host with framing line, for --diagnose; 0: none."
					+ " Default: ${DEFAULT-VALUE}")
	private int linePort;

	@Option(names = "--json", description = "Print one JSON object for each exchange, and one for the summary.")
	private boolean json;

	@Override
	public Integer call() throws InterruptedException {
		return this.diagnose ? diagnose() : probe();
	}

	private int diagnose() throws InterruptedException {
		Experiment.Settings settings = this.exchange.check(() -> new Experiment.Settings(this.exchange.target(),
				this.exchange.format(), this.sizes, this.exchange.timeout(), this.budget, this.linePort));
		ExperimentReport report = new ExperimentReport(this.exchange.command().commandLine(), settings, this.json);
		Experiment experiment = new Experiment(settings);
		return Interruption.stopping(experiment::stop, () -> {
			experiment.run(report::add);
			report.end();
			return report.exitCode().number();
		});
	}

	private int probe() throws InterruptedException {
		Settings settings = settings();
		ProbeReport report = new ProbeReport(this.exchange.command().commandLine(), settings, this.json);
		Probe probe = new Probe(settings);
		return Interruption.stopping(probe::stop, () -> {
			report.begin();
			probe.run(report::add);
			report.end();
			return report.exitCode().number();
		});
	}

	/**
	 * Return what the arguments ask for.
	 * @throws ParameterException if they contradict each other
	 */
	Settings settings() {
		return this.exchange.check(() -> new Settings(this.exchange.target(), this.exchange.format(), this.sizes,
				this.count, this.interval, this.exchange.timeout(), this.halfCloseDelay));
	}

}
