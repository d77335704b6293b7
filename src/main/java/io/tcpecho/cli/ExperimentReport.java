package io.tcpecho.cli;

import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.tcpecho.load.Tally;
import io.tcpecho.probe.Result;
import io.tcpecho.probe.ResultJson;
import io.tcpecho.probe.Verdict;
import io.tcpecho.probe.diagnosis.Answer;
import io.tcpecho.probe.diagnosis.Cause;
import io.tcpecho.probe.diagnosis.Diagnosis;
import io.tcpecho.probe.diagnosis.Experiment;
import io.tcpecho.probe.diagnosis.Experiment.Settings;
import io.tcpecho.probe.diagnosis.Experiment.Step;
import io.tcpecho.probe.diagnosis.Words;
import io.tcpecho.text.Amounts;
import io.tcpecho.text.Json;
import io.tcpecho.text.Printable;
import io.tcpecho.via.ViaProxy;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/**
 * What {@code probe --diagnose} prints: a page of at most 25 lines, or JSON with all
 * there is to know.
 */
final class ExperimentReport {

	private static final int MOST_LINES_OF_STEPS = 12;

	private static final int MOST_ALTERNATIVES = 4;

	private static final int MOST_RULED_OUT = 4;

	private final PrintWriter out;

	private final Settings settings;

	private final boolean json;

	private final List<Step> steps = new ArrayList<>();

	private final Tally all = new Tally();

	private final VerdictSummary verdicts = new VerdictSummary(this.all, Ansi.OFF);

	private final long beganAt = System.nanoTime();

	ExperimentReport(CommandLine command, Settings settings, boolean json) {
		this.out = command.getOut();
		this.settings = settings;
		this.json = json;
	}

	void add(Step step) {
		this.steps.add(step);
		step.exchange().ifPresent((result) -> add(step.name(), result));
	}

	private void add(String step, Result result) {
		this.all.add(result);
		if (this.json) {
			this.out.println(ResultJson.of(result, "step", step));
		}
	}

	void end() {
		Diagnosis diagnosis = Diagnosis.of(Experiment.observations(this.steps));
		if (this.json) {
			this.out.println(new Json().with("diagnosis", json(diagnosis)));
		}
		else {
			lines(diagnosis).stream().map(Printable::of).forEach(this.out::println);
		}
	}

	private List<String> lines(Diagnosis diagnosis) {
		List<String> lines = new ArrayList<>();
		lines.add("DIAGNOSE " + this.settings.target() + ProbeReport.text(this.settings.entrance()) + ", framing "
				+ this.settings.format() + ": " + Amounts.count(this.all.exchanges(), "exchange") + " in "
				+ Words.time(System.nanoTime() - this.beganAt));
		Map<String, List<Step>> byName = new LinkedHashMap<>();
		this.steps.forEach((step) -> byName.computeIfAbsent(step.name(), (name) -> new ArrayList<>()).add(step));
		byName.entrySet()
			.stream()
			.limit(MOST_LINES_OF_STEPS)
			.forEach((step) -> lines.add(String.format("  %-36s %s", step.getKey(), outcome(step.getValue()))));
		if (byName.size() > MOST_LINES_OF_STEPS) {
			lines.add("  and " + (byName.size() - MOST_LINES_OF_STEPS) + " more, which --json shows");
		}
		List<Cause> causes = diagnosis.causes();
		lines.add(broken());
		if (!causes.isEmpty()) {
			lines.add((isAllOk() ? "Note: " : "Likeliest cause: ") + causes.get(0).text());
			if (causes.size() > 1) {
				lines.add("Also possible: " + causes.stream()
					.skip(1)
					.limit(MOST_ALTERNATIVES)
					.map((cause) -> cause.kind().title())
					.collect(Collectors.joining("; ")) + ".");
			}
		}
		if (!isAllOk()) {
			diagnosis.ruledOut()
				.stream()
				.limit(MOST_RULED_OUT)
				.forEach((cause) -> lines.add("Ruled out: " + cause.kind().title() + ": " + cause.reason() + "."));
		}
		if (!causes.isEmpty() && !isAllOk()) {
			lines.add("Try next: " + causes.get(0).kind().remedy());
		}
		lines.add("Capture: " + capture());
		return lines;
	}

	/** Say how exchanges of one step ended. */
	private static String outcome(List<Step> steps) {
		List<Result> results = steps.stream().flatMap((step) -> step.exchange().stream()).toList();
		if (results.isEmpty()) {
			return steps.get(0).opening().map(Answer::reason).orElse("");
		}
		Map<Verdict, Long> counts = results.stream()
			.collect(Collectors.groupingBy(Result::verdict, LinkedHashMap::new, Collectors.counting()));
		Result first = results.get(0);
		if (results.size() == 1) {
			return first.verdict() + (first.detail().isEmpty() ? "" : ": " + first.detail());
		}
		return counts.entrySet()
			.stream()
			.map((entry) -> entry.getValue() + " " + entry.getKey())
			.collect(Collectors.joining(", ")) + " of " + results.size();
	}

	private String broken() {
		if (isAllOk()) {
			return "Nothing is broken: every exchange was OK.";
		}
		Stream<String> verdicts = this.all.verdicts()
			.entrySet()
			.stream()
			.filter((entry) -> entry.getKey() != Verdict.OK)
			.map((entry) -> entry.getValue() + " " + entry.getKey());
		return "Broken: " + verdicts.collect(Collectors.joining(", ")) + " of "
				+ Amounts.count(this.all.exchanges(), "exchange") + ".";
	}

	/** Return a command that captures what the exchanges sent and received. */
	private String capture() {
		String hosts = this.steps.stream()
			.flatMap((step) -> step.exchange().stream())
			.map((result) -> result.evidence().route().peer())
			.filter(Objects::nonNull)
			.map(InetSocketAddress::getAddress)
			.map((address) -> "host " + address.getHostAddress().replaceFirst("%.*", ""))
			.distinct()
			.collect(Collectors.joining(" or "));
		List<ViaProxy> proxies = this.settings.entrance().proxies();
		return "tcpdump -ni any 'tcp port "
				+ (proxies.isEmpty() ? this.settings.target().port() : proxies.get(0).port())
				+ (hosts.isEmpty() ? "'" : " and (" + hosts + ")'");
	}

	private Json json(Diagnosis diagnosis) {
		return new Json().with("target", this.settings.target())
			.with("exchanges", this.all.exchanges())
			.with("ok", this.all.count(Verdict.OK))
			.with("verdicts", this.verdicts.json())
			.with("causes", diagnosis.causes().stream().map(Cause::json).toList())
			.with("ruledOut",
					diagnosis.ruledOut()
						.stream()
						.map((cause) -> new Json().with("cause", cause.kind().label()).with("reason", cause.reason()))
						.toList())
			.with("capture", capture())
			.with("openings",
					this.steps.stream()
						.flatMap((step) -> step.opening().stream())
						.map((answer) -> new Json().with("cause", answer.kind().label())
							.with("proven", answer.proven())
							.with("reason", answer.reason()))
						.toList());
	}

	private boolean isAllOk() {
		return exitCode() == ExitCode.OK;
	}

	ExitCode exitCode() {
		return this.verdicts.exitCode();
	}

}
