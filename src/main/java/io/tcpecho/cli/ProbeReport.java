package io.tcpecho.cli;

import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.time.format.DateTimeFormatterBuilder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.tcpecho.load.Tally;
import io.tcpecho.probe.Entrance;
import io.tcpecho.probe.Evidence.Route;
import io.tcpecho.probe.Passage;
import io.tcpecho.probe.Probe.Settings;
import io.tcpecho.probe.ReplicaCheck;
import io.tcpecho.probe.Result;
import io.tcpecho.probe.ResultJson;
import io.tcpecho.probe.Target;
import io.tcpecho.probe.Verdict;
import io.tcpecho.text.Amounts;
import io.tcpecho.text.Json;
import io.tcpecho.text.Printable;
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

	private final VerdictSummary verdicts;

	private final Map<String, Series> series = new LinkedHashMap<>();

	private Settings current;

	private boolean failuresOnly;

	private @Nullable ReplicaCheck replicas;

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
		this.verdicts = new VerdictSummary(this.all, this.ansi);
		this.runs = runs;
		this.json = json;
		this.timesOfDay = timesOfDay;
		this.current = runs.get(0);
	}

	/**
	 * Show which replicas have answered, and of exchanges only those that are not OK.
	 * @param check has the replicas, once all results were added
	 */
	void showReplicas(ReplicaCheck check) {
		this.failuresOnly = true;
		this.replicas = check;
	}

	/** Begin with the next target. */
	void begin(Settings run) {
		this.current = run;
		if (!this.json) {
			this.out.println("PROBE " + run.target() + text(run.options().entrance()) + ", framing " + run.format()
					+ ", timeout " + run.timeout().toMillis() + " ms");
		}
	}

	/** Return the way in as a part of a first line; empty if there is nothing to say. */
	static String text(Entrance entrance) {
		return entrance.isDirect() ? "" : ", " + entrance;
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
		if (this.json || !this.failuresOnly || result.verdict() != Verdict.OK) {
			this.out.println(this.json ? ResultJson.of(result, "target", this.current.target()) : text(result));
		}
	}

	/** Return whether the output is closed: nothing reads it any more. */
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

	private String text(Result result) {
		StringBuilder line = new StringBuilder();
		Route route = result.evidence().route();
		if (this.timesOfDay) {
			line.append(timeOfDay(route.beganAt())).append(' ');
		}
		line.append("seq=" + result.seq() + " " + VerdictSummary.coloured(result.verdict(), this.ansi) + " "
				+ Amounts.count(result.size(), "byte"));
		append(line, "connect", result.connectNanos());
		Passage passage = result.passage();
		if (passage != null) {
			append(line, "via", passage.viaNanos());
			append(line, "tls", passage.tlsNanos());
			line.append((passage.session() != null && passage.session().resumed()) ? " resumed" : "");
		}
		append(line, "first byte", result.firstByteNanos());
		append(line, "total", result.totalNanos());
		if (route.peer() != null) {
			line.append(", to ").append(route.peer().getAddress().getHostAddress());
		}
		if (route.local() != null) {
			line.append(" from port ").append(route.local().getPort());
		}
		return line + (result.detail().isEmpty() ? "" : ": " + Printable.of(result.detail())) + untried(result);
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
				+ this.verdicts.line() + loss());
		this.series.forEach((name, series) -> this.out.println(name + ": " + series.text()));
		if (this.replicas != null) {
			printReplicas(this.replicas);
		}
		if (this.firstToFail != null && !isSingle()) {
			this.out.println("The first target that is not OK is " + this.firstToFail + ".");
		}
		if (this.firstToFail != null) {
			this.verdicts.causes().forEach(this.out::println);
			this.out.println("tcp-echo probe --diagnose " + this.firstToFail + " looks for the cause.");
		}
	}

	private void printReplicas(ReplicaCheck check) {
		ReplicaReport.table(check.replicas()).forEach(this.out::println);
		if (check.replicas().total() == 0) {
			this.out.println(ReplicaReport.none(this.all.exchanges()));
		}
		List<String> problems = check.problems();
		if (!problems.isEmpty()) {
			this.out.println(
					VerdictSummary.coloured(Verdict.WRONG_REPLICA, this.ansi) + ": " + ReplicaReport.problem(problems));
			if (this.all.count(Verdict.WRONG_REPLICA) == 0) {
				this.out.println("  " + Verdict.WRONG_REPLICA.usualCause());
			}
		}
	}

	private String loss() {
		return (this.verdicts.failures() == 0) ? "" : String.format(Locale.ROOT, ", %.1f %% loss", lossPercent());
	}

	private double lossPercent() {
		return Amounts.percent(this.verdicts.failures(), this.all.exchanges());
	}

	private Json summary() {
		Json summary = new Json().with("exchanges", this.all.exchanges())
			.with("ok", this.all.count(Verdict.OK))
			.with("lossPercent", (this.all.exchanges() > 0) ? lossPercent() : null)
			.with("verdicts", this.verdicts.json())
			.with("causes", this.verdicts.causesJson())
			.with("totalMillis", this.totalNanos.isEmpty() ? null : this.totalNanos.json());
		return (this.replicas == null) ? summary
				: summary.with("replicas", ReplicaReport.json(this.replicas.replicas()))
					.with("wrongReplicas", this.replicas.problems());
	}

	private static void append(StringBuilder line, String name, long nanos) {
		if (nanos != Result.NEVER) {
			line.append(String.format(Locale.ROOT, ", %s %.3f ms", name, Result.millis(nanos)));
		}
	}

	ExitCode exitCode() {
		boolean wrong = this.replicas != null
				&& (!this.replicas.problems().isEmpty() || this.replicas.replicas().total() == 0);
		return isOutputClosed() ? ExitCode.LOCAL_ERROR
				: this.verdicts.exitCode().or(wrong ? ExitCode.VERDICT : ExitCode.OK);
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
