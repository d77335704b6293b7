package io.tcpecho.cli;

import java.io.PrintWriter;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;

import io.tcpecho.probe.Verdict;
import io.tcpecho.text.Spelling;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Prints the page of a verdict, or a list of all verdicts.
 */
@Command(name = "explain", mixinStandardHelpOptions = true,
		description = "Prints what a verdict of probe and load means, with its picture on the wire; without an"
				+ " argument, a list of the verdicts.",
		footer = { "", "Example:", "  tcp-echo explain REPLY_LOST" })
final class ExplainCommand implements Callable<Integer> {

	@Spec
	private @Nullable CommandSpec spec;

	@Parameters(paramLabel = "VERDICT", arity = "0..1", description = "A verdict, such as REPLY_LOST, in any case.")
	private @Nullable String name;

	@Override
	public Integer call() {
		PrintWriter out = Objects.requireNonNull(this.spec).commandLine().getOut();
		if (this.name == null) {
			Arrays.stream(Verdict.values())
				.forEach((verdict) -> out
					.println(String.format(Locale.ROOT, "%-20s %s", verdict, VerdictPages.firstSentence(verdict))));
		}
		else {
			out.println(VerdictPages.page(verdict(this.name)));
		}
		return ExitCode.OK.number();
	}

	/**
	 * Return the verdict of a name.
	 * @throws ParameterException naming the nearest, if there is none of that name
	 */
	private Verdict verdict(String text) {
		String wanted = text.toUpperCase(Locale.ROOT).replace('-', '_');
		return Arrays.stream(Verdict.values())
			.filter((verdict) -> verdict.name().equals(wanted))
			.findFirst()
			.orElseThrow(() -> new ParameterException(Objects.requireNonNull(this.spec).commandLine(),
					"'" + text + "' is no verdict; the nearest is " + nearest(wanted)));
	}

	private static Verdict nearest(String wanted) {
		return Arrays.stream(Verdict.values())
			.min(Comparator.comparingInt((verdict) -> Spelling.changes(wanted, verdict.name())))
			.orElseThrow();
	}

}
