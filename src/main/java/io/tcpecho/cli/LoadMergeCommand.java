package io.tcpecho.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;

import io.tcpecho.load.HistogramLogFile;
import io.tcpecho.load.LoadLog;
import io.tcpecho.load.LoadMerge;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * The command that makes one result of the logs of several generators.
 */
@Command(name = "merge", mixinStandardHelpOptions = true, sortOptions = false,
		description = "Merges what several generators have measured at the same time: the percentiles are exactly those"
				+ " of all exchanges together, and rates are added.",
		footer = { "", "Examples:", "  tcp-echo load merge --report all.html one.hlog two.hlog",
				"  tcp-echo load merge --json --fail-if 'p99>20ms' *.hlog", "",
				"Exit codes: those of load; 2 also for a file that is damaged, or that is of another load." })
final class LoadMergeCommand implements Callable<Integer> {

	@Spec
	private @Nullable CommandSpec command;

	@Parameters(paramLabel = "FILE.hlog", arity = "1..*", description = "Files that load --hlog has written.")
	private List<Path> files = List.of();

	@Mixin
	private LoadResultOptions results = new LoadResultOptions();

	@Override
	public Integer call() {
		CommandLine commandLine = Objects.requireNonNull(this.command).commandLine();
		try {
			requireNothingBefore(commandLine);
			this.results.check();
			Map<String, LoadLog> logs = new LinkedHashMap<>();
			for (Path file : this.files) {
				if (logs.put(file.toString(), HistogramLogFile.read(file)) != null) {
					throw new IllegalArgumentException(file + " is given twice");
				}
			}
			LoadMerge merge = new LoadMerge(logs);
			return this.results.show(this.results.report(), merge.summary(), merge.notes()).number();
		}
		catch (IllegalArgumentException | IOException ex) {
			throw new ParameterException(commandLine, String.valueOf(ex.getMessage()));
		}
	}

	private static void requireNothingBefore(CommandLine commandLine) {
		if (!commandLine.getParent().getParseResult().matchedArgs().isEmpty()) {
			throw new IllegalArgumentException(
					"merge makes no load: HOST:PORT and options of load have no place before it");
		}
	}

}
