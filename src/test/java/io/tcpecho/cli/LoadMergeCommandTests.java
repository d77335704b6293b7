package io.tcpecho.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.tcpecho.testing.EchoServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What {@code load merge} makes of the logs of {@code load --hlog}, and of files that are
 * none.
 */
@TestInstance(Lifecycle.PER_CLASS)
class LoadMergeCommandTests {

	private static final String HOSTILE = "<b>&\"evil\"";

	@TempDir
	private static Path directory;

	private EchoServer server;

	private JsonNode one;

	private String first;

	private String second;

	@BeforeAll
	void loadTwice() {
		this.server = EchoServer.framing("eof").start();
		this.first = directory.resolve("one.hlog").toString();
		this.second = directory.resolve("two.hlog").toString();
		this.one = load("--duration 2s --warmup 0 --rate 100 --hlog " + this.first);
		load("--duration 2s --warmup 0 --rate 50 --hlog " + this.second);
	}

	@AfterAll
	void stop() {
		this.server.close();
	}

	private JsonNode load(String options) {
		Invocation load = Invocation.of("load 127.0.0.1:" + this.server.port() + " --json " + options);
		assertThat(load.exitCode()).as(load.err()).isZero();
		return JsonMapper.shared().readTree(load.out());
	}

	@Test
	void theLogOfOneLoadGivesTheResultsOfTheLoad() {
		JsonNode merged = JsonMapper.shared().readTree(merge(this.first, "--json").out());
		for (String member : List.of("exchanges", "verdicts", "exchangeMillis", "exchangePercentileMillis",
				"connectMillis", "bySize", "target", "version", "targetRate")) {
			assertThat(merged.get(member)).as(member).isEqualTo(this.one.get(member));
		}
	}

	@Test
	void aLogOnStandardOutputIsAllThatIsPrinted() throws IOException {
		Invocation load = Invocation
			.of("load 127.0.0.1:" + this.server.port() + " --duration 1s --warmup 1s --rate 20 --hlog -");
		assertThat(load.exitCode()).as(load.err()).isZero();
		assertThat(load.err()).isEmpty();
		assertThat(load.out()).startsWith("#tcp-echo load, format 1\n").endsWith("\n#end\n");
		JsonNode merged = JsonMapper.shared().readTree(merge(write("out.hlog", load.out()), "--json").out());
		assertThat(merged.get("verdicts").get("OK").asInt()).isBetween(19, 21);
	}

	@Test
	void aLogOnStandardOutputLeavesTheExitCodeAsItIs() {
		Invocation load = Invocation.of("load 127.0.0.1:" + this.server.port()
				+ " --duration 1s --warmup 0 --rate 20 --hlog - --fail-if max>0us");
		assertThat(load.exitCode()).isEqualTo(ExitCode.VERDICT.number());
		assertThat(load.out()).endsWith("\n#end\n");
	}

	@Test
	void standardOutputHasRoomForOneResult() {
		Invocation load = Invocation.of("load 127.0.0.1:" + this.server.port() + " --hlog - --json");
		assertThat(load.exitCode()).isEqualTo(ExitCode.USAGE.number());
		assertThat(load.err()).contains("--hlog - and --json both write to standard output: give one of them");
		assertThat(load.out()).isEmpty();
	}

	@Test
	void loadsOfOtherTimesAreNotOne() {
		Invocation merge = merge(this.first, this.second);
		assertThat(merge.exitCode()).isEqualTo(ExitCode.USAGE.number());
		assertThat(merge.err()).contains("the loads have no measured time in common: that of " + this.first);
	}

	@Test
	void loadsOfOneTimeAreAddedAndTheirDifferencesAreSaid() throws IOException {
		String other = write("other.hlog",
				Files.readString(Path.of(this.first))
					.replaceFirst("#host: .*", "#host: elsewhere")
					.replaceFirst("#rate: 100", "#rate: 300"));
		JsonNode merged = JsonMapper.shared().readTree(merge(this.first, other, "--json").out());
		assertThat(merged.get("exchanges").asInt()).isEqualTo(2 * this.one.get("exchanges").asInt());
		assertThat(merged.get("exchangeMillis")).isEqualTo(this.one.get("exchangeMillis"));
		assertThat(merged.get("rate").asDouble()).isEqualTo(2 * this.one.get("rate").asDouble());
		assertThat(merged.get("generators").size()).isEqualTo(2);
		assertThat(merged.get("notes").toString()).contains(
				"The generators differ in their rate: 100 in " + this.first + ", 300 in " + other + ".",
				"2 generators measured together for 2.0 of 2.0 s.");
	}

	@Test
	void theSameLoadDoesNotCountTwice() throws IOException {
		String copy = write("copy.hlog", Files.readString(Path.of(this.first)));
		assertThat(merge(this.first, copy).err()).contains(this.first + " and " + copy + " are the same load");
		assertThat(merge(this.first, this.first).err()).contains(this.first + " is given twice");
	}

	@Test
	void loadsWithOtherMessagesAreNotOne() throws IOException {
		String other = write("size.hlog",
				Files.readString(Path.of(this.first))
					.replaceFirst("#host: .*", "#host: elsewhere")
					.replaceFirst("#framing: eof", "#framing: line"));
		assertThat(merge(this.first, other).err())
			.contains("loads of different framing are not one load: eof in " + this.first + ", line in " + other);
	}

	@Test
	void aFileThatIsCutOrDamagedIsNamedWithItsLine() throws IOException {
		String whole = Files.readString(Path.of(this.first));
		List<String> lines = whole.lines().toList();
		String cut = write("cut.hlog", String.join("\n", lines.subList(0, lines.size() - 1)) + "\n");
		assertThat(merge(cut).err()).contains(cut + " ends with line " + (lines.size() - 1)
				+ ", and the line #end is missing: the load was killed, or the file is cut");
		String other = write("other.txt", "hello\n");
		assertThat(merge(other).err()).contains(other + ", line 1: ");
		int tag = lines.indexOf(lines.stream().filter((line) -> line.startsWith("Tag=")).findFirst().orElseThrow());
		String damaged = write("damaged.hlog", whole.replace(lines.get(tag), lines.get(tag).replace("HISTF", "HISTX")));
		assertThat(merge(damaged).err()).contains(damaged + ", line " + (tag + 1) + ": ");
		assertThat(merge(damaged).exitCode()).isEqualTo(ExitCode.USAGE.number());
		assertThat(merge(directory + "/no.hlog").err()).contains("no.hlog is no file");
	}

	@Test
	void aLogOfAnotherFormatIsRefusedByTheNameOfItsFormat() throws IOException {
		String later = write("later.hlog",
				Files.readString(Path.of(this.first)).replaceFirst("format 1\n", "format 2\n"));
		Invocation merge = merge(later);
		assertThat(merge.exitCode()).isEqualTo(ExitCode.USAGE.number());
		assertThat(merge.err())
			.contains(later + ", line 1: '#tcp-echo load, format 2' is not '#tcp-echo load, format 1', which");
	}

	@Test
	void aReportShowsTheEarlierLoadAndTakesNamesForText() throws IOException {
		String hostile = write("hostile.hlog",
				Files.readString(Path.of(this.first)).replaceFirst("#host: .*", "#host: " + HOSTILE));
		Path page = directory.resolve("page.html");
		Invocation merge = merge(hostile, "--report", page.toString(), "--compare", this.second);
		assertThat(merge.exitCode()).as(merge.err()).isZero();
		assertThat(page).content()
			.contains("&lt;b&gt;&amp;", "two.hlog", "<path class='line plot-2 earlier'")
			.doesNotContain(HOSTILE, "NaN", "Infinity", "<script", "http:", "https:");
	}

	private String write(String name, String content) throws IOException {
		return Files.writeString(directory.resolve(name), content).toString();
	}

	private static Invocation merge(String... arguments) {
		return Invocation.of("load merge " + String.join(" ", arguments));
	}

}
