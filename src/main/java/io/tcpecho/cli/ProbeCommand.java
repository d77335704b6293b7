package io.tcpecho.cli;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;

import io.tcpecho.probe.AddressFamily;
import io.tcpecho.probe.Probe;
import io.tcpecho.probe.Probe.Options;
import io.tcpecho.probe.Probe.Settings;
import io.tcpecho.probe.ReplicaCheck;
import io.tcpecho.probe.Result;
import io.tcpecho.probe.Target;
import io.tcpecho.probe.Verdict;
import io.tcpecho.probe.diagnosis.Experiment;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/**
 * Makes exchanges one after the other and names what the path broke.
 */
@Command(name = "probe", mixinStandardHelpOptions = true, sortOptions = false,
		description = "Makes exchanges one after the other, checks every byte, and names what the path broke.",
		footer = { "",
				"DURATION: 200ms, 1.5s, 1m30s; a number alone is seconds. SIZE: 64, 64B, 5KB or 5KiB (1024 bytes"
						+ " each), 1MB.",
				"", "Examples:", "  tcp-echo probe localhost:7007",
				"  tcp-echo probe --count 0 --interval 200ms -D echo.example.com:7007",
				"  tcp-echo probe --size 64B,1KB,2KB,64KB [2001:db8::1]:7007",
				"  tcp-echo probe --half-close-delay 2s --json 192.0.2.1:7007",
				"  tcp-echo probe --diagnose --line-port 7008 echo.example.com:7007",
				"  tcp-echo probe 192.0.2.10:7007 proxy:7100 balancer:7100",
				"  tcp-echo probe --replicas --expect 70:30 gateway:7007",
				"  tcp-echo probe --framing line --keep 3 --pause-before 60s --timeout 70s proxy:7108", "",
				ExitCode.HELP, "", "tcp-echo explain VERDICT shows each verdict on the wire." })
final class ProbeCommand implements Callable<Integer> {

	@Parameters(paramLabel = "HOST:PORT", arity = "1..*", converter = Converters.TargetConverter.class,
			description = "The servers: a name, an IPv4 address, or an IPv6 address in brackets each. Several are probed"
					+ " one after the other, hop by hop.")
	private List<Target> targets = List.of();

	@Mixin
	private ExchangeOptions exchange = new ExchangeOptions();

	private static final long USUAL_COUNT = 5;

	private static final Duration USUAL_INTERVAL = Duration.ofSeconds(1);

	@Option(names = { "-c", "--count" }, paramLabel = "N",
			description = "Exchanges of each size; 0: until Ctrl-C. Default: 5")
	private @Nullable Long count;

	@Option(names = { "-i", "--interval" }, paramLabel = "DURATION", converter = Converters.DurationConverter.class,
			description = "From the beginning of one exchange to that of the next. Default: 1s")
	private @Nullable Duration interval;

	@Mixin
	private ReplicaOptions replicas = new ReplicaOptions();

	@Option(names = { "-s", "--size" }, paramLabel = "SIZE", split = ",", defaultValue = "64B",
			converter = Converters.SizeConverter.class,
			description = "Payload of a message: 64B, 5KB, 1MB; a list tries one after the other."
					+ " Default: ${DEFAULT-VALUE}")
	private List<Integer> sizes = List.of();

	@Option(names = "--half-close-delay", paramLabel = "DURATION", defaultValue = "0s",
			converter = Converters.DurationConverter.class,
			description = "From the last byte sent to our FIN; shows a peer that answers before it. Default: ${DEFAULT-VALUE}")
	private Duration halfCloseDelay = Duration.ZERO;

	@Option(names = "--pause-before", paramLabel = "DURATION", defaultValue = "0s",
			converter = Converters.DurationConverter.class,
			description = "Before the first byte of each message, from the connect or, on a connection that is kept,"
					+ " from the beginning of the exchange. Default: ${DEFAULT-VALUE}")
	private Duration pauseBefore = Duration.ZERO;

	@Option(names = "--pause", paramLabel = "DURATION", defaultValue = "0s",
			converter = Converters.DurationConverter.class,
			description = "Between the two halves of each message. Default: ${DEFAULT-VALUE}")
	private Duration pause = Duration.ZERO;

	@Option(names = "--keep", paramLabel = "N", defaultValue = "1",
			description = "Exchanges on one connection; more than 1 in every framing but eof."
					+ " Default: ${DEFAULT-VALUE}")
	private int keep;

	@Option(names = { "-4", "--ipv4" }, description = "Use the IPv4 addresses of a name only.")
	private boolean ipv4;

	@Option(names = { "-6", "--ipv6" }, description = "Use the IPv6 addresses of a name only.")
	private boolean ipv6;

	@Option(names = { "-a", "--all-addresses" },
			description = "Make each exchange with every address of a name, not only with its first.")
	private boolean allAddresses;

	@Option(names = "--source", paramLabel = "ADDRESS[:PORT]", converter = Converters.SourceConverter.class,
			description = "Connect from this address of this machine, an IPv6 address with a port in brackets.")
	private @Nullable InetSocketAddress source;

	@Option(names = "--fail-fast", description = "End after the first exchange that is not OK.")
	private boolean failFast;

	@Option(names = { "-D", "--time-of-day" },
			description = "Begin each line with its time of day, in UTC. JSON always has it.")
	private boolean timesOfDay;

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
		Experiment.Settings settings = this.exchange
			.check(() -> new Experiment.Settings(ExchangeOptions.single(this.targets, "--diagnose"),
					this.exchange.format(), this.sizes, this.exchange.timeout(), this.budget, this.linePort,
					this.exchange.entrance()));
		ExperimentReport report = new ExperimentReport(this.exchange.command().commandLine(), settings, this.json);
		Experiment experiment = new Experiment(settings);
		return Interruption.stopping(experiment::stop, () -> {
			experiment.run(report::add);
			report.end();
			return report.exitCode().number();
		});
	}

	private int probe() throws InterruptedException {
		List<Settings> runs = settings();
		ReplicaCheck check = this.exchange.check(this.replicas::check);
		ProbeReport report = new ProbeReport(this.exchange.command().commandLine(), runs, this.json, this.timesOfDay);
		if (check != null) {
			report.showReplicas(check);
		}
		List<Probe> probes = runs.stream().map(Probe::new).toList();
		return Interruption.stopping(() -> probes.forEach(Probe::stop), () -> {
			for (int i = 0; i < runs.size() && !probes.get(i).isStopped(); i++) {
				report.begin(runs.get(i));
				probes.get(i).run((result) -> {
					Result judged = (check != null) ? check.judge(result) : result;
					report.add(judged);
					if (report.isOutputClosed() || (this.failFast && judged.verdict() != Verdict.OK)) {
						probes.forEach(Probe::stop);
					}
				});
			}
			report.end();
			return report.exitCode().number();
		});
	}

	/**
	 * Return what the arguments ask for, for each target.
	 * @throws ParameterException if they contradict each other
	 */
	List<Settings> settings() {
		return this.exchange.check(() -> {
			if (this.ipv4 && this.ipv6) {
				throw new IllegalArgumentException("-4 and -6 exclude each other");
			}
			long number = this.replicas.count(this.count, USUAL_COUNT);
			if (number == 0) {
				ExchangeOptions.single(this.targets, "count 0");
			}
			if (this.replicas.isWanted()) {
				ExchangeOptions.single(this.targets, "replicas");
				if (this.keep > 1) {
					throw new IllegalArgumentException("replicas needs keep 1, not " + this.keep);
				}
			}
			AddressFamily family = this.ipv4 ? AddressFamily.IPV4 : this.ipv6 ? AddressFamily.IPV6 : AddressFamily.ANY;
			Options options = new Options(family, this.allAddresses, this.source, this.keep, this.pauseBefore,
					this.pause, Duration.ZERO,
					this.replicas.isWanted() ? this.exchange.entranceWithIdentity() : this.exchange.entrance());
			return this.targets.stream()
				.map((target) -> new Settings(target, this.exchange.format(), this.sizes, number,
						this.replicas.interval(this.interval, USUAL_INTERVAL), this.exchange.timeout(),
						this.halfCloseDelay, options))
				.toList();
		});
	}

}
