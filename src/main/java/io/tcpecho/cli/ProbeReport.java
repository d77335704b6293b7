package io.tcpecho.cli;

import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.time.format.DateTimeFormatterBuilder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

import io.tcpecho.load.Tally;
import io.tcpecho.probe.Evidence.Route;
import io.tcpecho.probe.Probe.Settings;
import io.tcpecho.probe.Result;
import io.tcpecho.probe.Target;
import io.tcpecho.probe.Verdict;
import io.tcpecho.probe.diagnosis.Diagnosis;
import io.tcpecho.text.Amounts;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/**
 * What {@code probe} prints: a line for each exchange, then a summary of all targets.
 */
final class ProbeReport {

	private final PrintWriter out;

	private final Ansi ansi;

	private final List<Settings> runs;

	private final boolean json;

	private final boolean timesOfDay;

	private final Tally all = new Tally();

	private final Samples totalNanos = new Samples();

	private final Map<String, Series> series = new LinkedHashMap<>();

	private Settings current;

	/** The first target with an exchange that was not OK. */
	private @Nullable Target firstToFail;

	/**
	 * Create a report that is empty.
	 * @param runs one for each target, in their order
	 * @param json whether to print JSON
	 * @param timesOfDay whether each line begins with its time of day
	 */
	ProbeReport(CommandLine command, List<Settings> runs, boolean json, boolean timesOfDay) {
		this.out = command.getOut();
		this.ansi = command.getColorScheme().ansi();
		this.runs = runs;
		this.json = json;
		this.timesOfDay = timesOfDay;
		this.current = runs.get(0);
	}

	/** Begin with the next target. */
	void begin(Settings run) {
		this.current = run;
		if (!this.json) {
			this.out.println("PROBE " + run.target() + ", framing " + run.format() + ", timeout "
					+ run.timeout().toMillis() + " ms");
		}
	}

	void add(Result result) {
		this.all.add(result);
		this.series.computeIfAbsent(seriesOf(result), (name) -> new Series()).add(result);
		if (result.verdict() == Verdict.OK) {
			this.totalNanos.add(result.totalNanos());
		}
		else if (this.firstToFail == null) {
			this.firstToFail = this.current.target();
		}
		this.out.println(this.json ? json(result).with("target", this.current.target()) : text(result));
	}

	/** Return whether nobody takes any more output. */
	boolean isOutputClosed() {
		return this.out.checkError();
	}

	private String seriesOf(Result result) {
		InetSocketAddress peer = result.evidence().route().peer();
		String address = (peer != null && this.current.options().allAddresses())
				? peer.getAddress().getHostAddress() + ", " : "";
		return (isSingle() ? "" : this.current.target() + ", ") + address + Amounts.count(result.size(), "byte");
	}

	private boolean isSingle() {
		return this.runs.size() == 1;
	}

	/** Return a result as JSON, with its evidence. */
	static Json json(Result result) {
		Route route = result.evidence().route();
		return new Json().with("seq", result.seq())
			.with("verdict", result.verdict())
			.with("size", result.size())
			.with("bytesSent", result.bytesSent())
			.with("bytesReceived", result.bytesReceived())
			.with("connectMillis", millisOrNull(result.connectNanos()))
			.with("firstByteMillis", millisOrNull(result.firstByteNanos()))
			.with("totalMillis", Result.millis(result.totalNanos()))
			.with("detail", result.detail())
			.with("beganAt", route.beganAt())
			.with("address", (route.peer() != null) ? route.peer().getAddress().getHostAddress() : null)
			.with("localPort", (route.local() != null) ? route.local().getPort() : null)
			.with("evidence", EvidenceJson.of(result.evidence()));
	}

	private String text(Result result) {
		StringBuilder line = new StringBuilder();
		Route route = result.evidence().route();
		if (this.timesOfDay) {
			line.append(timeOfDay(route.beganAt())).append(' ');
		}
		line.append(
				"seq=" + result.seq() + " " + coloured(result.verdict()) + " " + Amounts.count(result.size(), "byte"));
		append(line, "connect", result.connectNanos());
		append(line, "first byte", result.firstByteNanos());
		append(line, "total", result.totalNanos());
		if (route.peer() != null) {
			line.append(", to ").append(route.peer().getAddress().getHostAddress());
		}
		if (route.local() != null) {
			line.append(" from port ").append(route.local().getPort());
		}
		return line + (result.detail().isEmpty() ? "" : ": " + result.detail()) + untried(result);
	}

	/** Return a time of day as the server's log has it, in UTC. */
	private static String timeOfDay(@Nullable Instant time) {
		return (time == null) ? "-" : new DateTimeFormatterBuilder().appendInstant(3).toFormatter().format(time);
	}

	/** Return a hint at addresses that were not tried, for an exchange that failed. */
	private String untried(Result result) {
		int others = result.evidence().route().otherAddresses().size();
		boolean hint = others > 0 && result.verdict() != Verdict.OK && !this.current.options().allAddresses();
		return hint ? " (" + others + " other address" + ((others == 1) ? "" : "es") + ": --all-addresses)" : "";
	}

	void end() {
		if (this.json) {
			this.out.println(new Json().with("summary", summary()));
			return;
		}
		this.out.println("--- " + (isSingle() ? this.current.target() : Amounts.count(this.runs.size(), "target"))
				+ ": " + Amounts.count(this.all.exchanges(), "exchange") + ((this.all.exchanges() == 0) ? "" : ", ")
				+ verdicts() + loss());
		this.series.forEach((name, series) -> this.out.println(name + ": " + series.text()));
		if (this.firstToFail != null && !isSingle()) {
			this.out.println("The first target that is not OK is " + this.firstToFail + ".");
		}
		if (this.firstToFail != null) {
			// Only now: a run that is all OK need not load what a diagnosis needs.
			Diagnosis diagnosis = Diagnosis.of(this.all.observations());
			this.all.verdicts()
				.keySet()
				.forEach((verdict) -> DiagnosisText.lines(verdict, diagnosis).forEach(this.out::println));
			this.out.println("tcp-echo probe --diagnose " + this.firstToFail + " looks for the cause.");
		}
	}

	private String loss() {
		return (failures() == 0) ? "" : String.format(Locale.ROOT, ", %.1f %% loss", lossPercent());
	}

	private long failures() {
		return this.all.exchanges() - this.all.count(Verdict.OK);
	}

	private double lossPercent() {
		return Amounts.percent(failures(), this.all.exchanges());
	}

	private Json summary() {
		Json verdicts = new Json();
		this.all.verdicts().forEach((verdict, count) -> verdicts.with(verdict.name(), count));
		return new Json().with("exchanges", this.all.exchanges())
			.with("ok", this.all.count(Verdict.OK))
			.with("lossPercent", (this.all.exchanges() > 0) ? lossPercent() : null)
			.with("verdicts", verdicts)
			.with("causes",
					(failures() == 0) ? List.of()
							: DiagnosisText.causes(Diagnosis.of(this.all.observations()).causes()))
			.with("totalMillis", this.totalNanos.isEmpty() ? null : this.totalNanos.json());
	}

	private String verdicts() {
		return this.all.verdicts()
			.entrySet()
			.stream()
			.map((entry) -> entry.getValue() + " " + coloured(entry.getKey()))
			.collect(Collectors.joining(", "));
	}

	private String coloured(Verdict verdict) {
		String colour = (verdict == Verdict.OK) ? "green" : "red";
		return this.ansi.string("@|" + colour + " " + verdict + "|@");
	}

	private static void append(StringBuilder line, String name, long nanos) {
		if (nanos != Result.NEVER) {
			line.append(String.format(Locale.ROOT, ", %s %.3f ms", name, Result.millis(nanos)));
		}
	}

	private static @Nullable Object millisOrNull(long nanos) {
		return (nanos == Result.NEVER) ? null : Result.millis(nanos);
	}

	int exitCode() {
		return isOutputClosed() ? CommandLineInterface.EXIT_LOCAL_ERROR : exitCode(this.all);
	}

	/** Return the exit code for what a tally has counted. */
	static int exitCode(Tally tally) {
		if (tally.count(Verdict.LOCAL_ERROR) > 0) {
			return CommandLineInterface.EXIT_LOCAL_ERROR;
		}
		return (tally.count(Verdict.OK) == tally.exchanges()) ? CommandLineInterface.EXIT_OK
				: CommandLineInterface.EXIT_VERDICT;
	}

	/** Exchanges of the same size with the same target. */
	private static final class Series {

		private final Samples totalNanos = new Samples();

		private long exchanges;

		private long ok;

		void add(Result result) {
			this.exchanges++;
			if (result.verdict() == Verdict.OK) {
				this.ok++;
				this.totalNanos.add(result.totalNanos());
			}
		}

		String text() {
			return this.ok + " of " + this.exchanges + " OK"
					+ (this.totalNanos.isEmpty() ? "" : ", total " + this.totalNanos.text());
		}

	}

}
