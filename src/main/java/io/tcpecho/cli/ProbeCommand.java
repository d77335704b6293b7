package io.tcpecho.cli;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;

import io.tcpecho.probe.Probe;
import io.tcpecho.probe.Probe.Settings;
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
				"  tcp-echo probe --half-close-delay 2s --json 192.0.2.1:7007", "",
				"docs/verdicts.md explains each verdict." })
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

	@Option(names = "--json", description = "Print one JSON object for each exchange, and one for the summary.")
	private boolean json;

	@Override
	public Integer call() throws InterruptedException {
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
