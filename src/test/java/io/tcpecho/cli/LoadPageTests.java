package io.tcpecho.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import io.tcpecho.load.GeneratorCpu;
import io.tcpecho.load.LoadOptions;
import io.tcpecho.load.LoadProgress;
import io.tcpecho.load.LoadSummary;
import io.tcpecho.load.Origin;
import io.tcpecho.load.Tally;
import io.tcpecho.probe.Evidence.Setup;
import io.tcpecho.probe.MessageFormat;
import io.tcpecho.probe.Result;
import io.tcpecho.probe.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The page of a load: what it says where nothing was measured, what it leaves out, and
 * that names are text.
 */
class LoadPageTests {

	private static final Duration SECOND = Duration.ofSeconds(1);

	@TempDir
	private Path directory;

	@Test
	void whenNothingWasOkThereIsADashAndASentenceAndNoZero() throws IOException {
		String page = page(load("localhost:7", Duration.ofSeconds(2), List
			.of(second(1, SECOND, Map.of(Verdict.REFUSED, 5L)), second(2, SECOND, Map.of(Verdict.REFUSED, 5L)))));
		for (String name : List.of("p50", "p90", "p99", "p99.9", "max")) {
			assertThat(page).contains("<dt>" + name + "</dt><dd>-</dd>");
		}
		String dashes = "<td class='number'>-</td>".repeat(5) + "<td class='number'>0</td></tr>\n";
		assertThat(page).contains("<tr><th>connect</th>" + dashes, "<tr><th>exchange</th>" + dashes)
			.doesNotContain(">0.000", "NaN", "Infinity");
		assertThat(part(page, "Latency")).contains("<p>No times were measured: no exchange was OK.</p>")
			.doesNotContain("<svg");
		assertThat(part(page, "Throughput")).contains("<p>No exchange was OK in a whole second.</p>")
			.doesNotContain("<svg");
		assertThat(part(page, "Latency over time")).contains("<p>No times were measured: no exchange was OK.</p>")
			.doesNotContain("<svg");
		assertThat(part(page, "Verdicts")).contains(">REFUSED</span>", "Nothing listens on that port");
		assertThat(part(page, "Failures")).contains("<svg", "1 to 2 s: 0 OK a second, 5.0 REFUSED");
	}

	@Test
	void whenNoExchangeHasEndedEachPartSaysSo() throws IOException {
		String page = page(load("localhost:7", Duration.ofMillis(500), List.of()));
		assertThat(part(page, "Verdicts")).contains("<p>No exchange has ended in the measured time.</p>");
		assertThat(part(page, "Throughput")).contains("<p>The load was shorter than a second: nothing can be drawn");
		assertThat(page).doesNotContain("<svg", "0.000", "NaN", "Infinity");
	}

	@Test
	void aSecondThatWasCutIsNeitherDrawnNorListed() throws IOException {
		String page = page(load("localhost:7", Duration.ofMillis(2_500),
				List.of(second(1, SECOND, Map.of(Verdict.OK, 100L)), second(2, SECOND, Map.of(Verdict.OK, 100L)),
						second(3, Duration.ofMillis(500), Map.of(Verdict.OK, 51L)))));
		assertThat(throughput(page))
			.contains("0 to 1 s: 100 OK a second", "1 to 2 s: 100 OK a second",
					"51 exchanges ended after the last whole second, and are not drawn.")
			.doesNotContain("2 to 3");
		assertThat(part(page, "Latency over time")).contains("1 to 2 s: p50").doesNotContain("2 to 3");
	}

	@Test
	void exchangesThatEndAfterTheLoadMakeNoSecondOfTheirOwn() throws IOException {
		String page = page(
				load("localhost:7", Duration.ofSeconds(2), List.of(second(1, SECOND, Map.of(Verdict.OK, 100L)),
						second(2, SECOND, Map.of(Verdict.OK, 100L)), second(3, SECOND, Map.of(Verdict.OK, 1L)))));
		assertThat(throughput(page)).contains("1 exchange ended after the last whole second, and is not drawn.")
			.doesNotContain("2 to 3");
		// The line ends at the level at which it began: it does not fall to nothing.
		assertThat(throughput(page)).containsPattern("<path class='line plot-1' d='M0.0 ([\\d.]+)(L[\\d.]+ \\1)+'/>");
	}

	@Test
	void theNamesOfAHostileTargetAreText() throws IOException {
		String hostile = "</title><script>alert('1')</script>\"&\u202e\n:7";
		String page = page(load(hostile, Duration.ofSeconds(1), List.of()));
		String text = "&lt;/title&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&quot;&amp;\\u202e\\u000a:7";
		assertThat(page).contains("<title>Load on " + text + "</title>", "<h1>Load on " + text + "</h1>",
				"<tr><th>Target</th><td>" + text + "</td></tr>");
		assertThat(page).doesNotContain("<script", "\u202e").containsOnlyOnce("</title>");
	}

	@Test
	void anEarlierLoadWithoutOneOkIsNamedButNotComparedWith() throws IOException {
		LoadSummary now = load("localhost:7", SECOND, List.of(second(1, SECOND, Map.of(Verdict.OK, 100L))));
		LoadSummary earlier = load("<old>:7", SECOND, List.of(second(1, SECOND, Map.of(Verdict.REFUSED, 5L))));
		String page = page(now, earlier, "<old>.hlog");
		assertThat(page)
			.contains("Compared with the load on &lt;old&gt;:7 of ", ", in &lt;old&gt;.hlog.",
					"MB/s each way, was 0</small>", "<dt>p99</dt><dd>1.000 <small>ms</small></dd>")
			.doesNotContain("<old>", "NaN", "Infinity");
	}

	private String page(LoadSummary summary) throws IOException {
		return write(new LoadPage(new LoadResult(summary, List.of(), List.of()), null, ""));
	}

	private String page(LoadSummary summary, LoadSummary earlier, String name) throws IOException {
		return write(new LoadPage(new LoadResult(summary, List.of(), List.of()), earlier, name));
	}

	private String write(LoadPage page) throws IOException {
		Path file = this.directory.resolve("report.html");
		page.write(file);
		return Files.readString(file);
	}

	/** Return one part of a page. */
	private static String part(String page, String heading) {
		int from = page.indexOf("<h2>" + heading + "</h2>");
		assertThat(from).as(heading).isPositive();
		return page.substring(from, page.indexOf("</section>", from));
	}

	private static String throughput(String page) {
		return part(page, "Throughput");
	}

	private static LoadSummary load(String target, Duration duration, List<LoadProgress> seconds) {
		Tally tally = new Tally();
		for (LoadProgress second : seconds) {
			second.verdicts().forEach((verdict, count) -> {
				for (int i = 0; i < count; i++) {
					tally.add(result(verdict));
				}
			});
		}
		LoadOptions options = new LoadOptions(target, "eof", List.of(64), 1, 0, Duration.ZERO, duration, SECOND, "");
		return new LoadSummary(options, new Origin("1", "host", "machine"), Instant.EPOCH, duration, tally, seconds, 0,
				GeneratorCpu.NONE, List.of());
	}

	private static LoadProgress second(long number, Duration length, Map<Verdict, Long> verdicts) {
		long nanos = verdicts.containsKey(Verdict.OK) ? 1_000_000 : Result.NEVER;
		return new LoadProgress(number, false, length, verdicts, nanos, nanos);
	}

	private static Result result(Verdict verdict) {
		return Result.withoutConnection(1, 64, verdict, 1_000_000, "",
				Setup.of(MessageFormat.of("eof"), 64, SECOND, Duration.ZERO));
	}

}
