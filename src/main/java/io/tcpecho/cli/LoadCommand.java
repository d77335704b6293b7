package io.tcpecho.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;

import io.tcpecho.load.Load;
import io.tcpecho.load.LoadSettings;
import io.tcpecho.load.LoadSummary;
import io.tcpecho.text.Printable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/**
 * The command that makes many exchanges at a time, and reports how fast they were and how
 * they ended.
 */
@Command(name = "load", mixinStandardHelpOptions = true, sortOptions = false,
		defaultValueProvider = LoadCommand.Defaults.class,
		description = "Makes many exchanges at a time, checks every byte, and reports how fast they were and how"
				+ " they ended.",
		footer = { "",
				"DURATION: 200ms, 1.5s, 1m30s; a number alone is seconds. SIZE: 64, 64B, 5KB or 5KiB (1024 bytes"
						+ " each), 1MB.",
				"", "Examples:", "  tcp-echo load localhost:7007",
				"  tcp-echo load -c 100 -d 1m --report report.html localhost:7007",
				"  tcp-echo load --rate 2000 --size 5KB --json echo.example.com:7007",
				"  tcp-echo load --framing line localhost:7008", "", ExitCode.HELP })
final class LoadCommand implements Callable<Integer> {

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

	@Option(names = { "-s", "--size" }, paramLabel = "SIZE", defaultValue = "64B",
			converter = Converters.SizeConverter.class,
			description = "Payload of a message: 64B, 5KB, 1MB. Default: ${DEFAULT-VALUE}")
	private int size;

	@Option(names = "--json", description = "Print the summary as one JSON object.")
	private boolean json;

	@Option(names = "--report", paramLabel = "FILE.html",
			description = "Write a page with plots of latency and throughput.")
	private @Nullable Path page;

	@Override
	public Integer call() throws InterruptedException {
		LoadSettings settings = settings();
		LoadReport report = new LoadReport(this.exchange.command().commandLine(), settings, this.json);
		Load load = new Load(settings);
		return Interruption.stopping(load::stop, () -> {
			report.begin();
			LoadSummary summary = load.run((progress) -> {
				report.progress(progress);
				if (report.isOutputClosed()) {
					load.stop();
				}
			});
			return report.end(summary).or(write(summary)).number();
		});
	}

	/**
	 * Return the settings of the load that the arguments describe.
	 * @throws ParameterException if they contradict each other
	 */
	LoadSettings settings() {
		return this.exchange.check(() -> new LoadSettings(this.exchange.target("load"), this.exchange.format(),
				this.size, this.connections, this.rate, this.warmup, this.duration, this.exchange.timeout(),
				this.exchange.entrance()));
	}

	private ExitCode write(LoadSummary summary) {
		if (this.page == null) {
			return ExitCode.OK;
		}
		try {
			new HtmlReport(summary).write(this.page);
			return ExitCode.OK;
		}
		catch (IOException ex) {
			CommandSpec command = this.exchange.command();
			command.commandLine()
				.getErr()
				.println(command.qualifiedName() + ": cannot write " + Printable.of(this.page + ": " + ex));
			return ExitCode.LOCAL_ERROR;
		}
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
