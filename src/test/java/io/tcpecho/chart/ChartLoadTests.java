package io.tcpecho.chart;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

import io.tcpecho.cli.CommandLineInterface;
import io.tcpecho.framing.Framing;
import io.tcpecho.testing.NioServer;
import org.HdrHistogram.AbstractHistogram;
import org.HdrHistogram.EncodableHistogram;
import org.HdrHistogram.HistogramLogReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static io.tcpecho.chart.Chart.FULL_NAME;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The Job of the chart that makes a load: what it is, and whether the logs of its pods
 * are what {@code load merge} reads.
 */
class ChartLoadTests {

	private static final String VALUES = "load";

	@TempDir
	Path directory;

	@Test
	void whenALoadIsOnItsPodsRunAtTheSameTimeAndOnceEach() {
		Manifest job = job(Chart.render(VALUES));
		assertThat(job.text("metadata", "annotations", "example.com/owner")).isEqualTo("network");
		assertThat(job.map("spec")).containsEntry("completionMode", "Indexed")
			.containsEntry("completions", 3)
			.containsEntry("parallelism", 3)
			.containsEntry("backoffLimitPerIndex", 0)
			.containsEntry("ttlSecondsAfterFinished", 600);
		Manifest pod = job.podSpec();
		assertThat(pod.text("restartPolicy")).isEqualTo("Never");
		assertThat(pod.map("topologySpreadConstraints", 0, "labelSelector", "matchLabels").entrySet()).isNotEmpty()
			.isSubsetOf(job.map("spec", "template", "metadata", "labels").entrySet());
		assertThat(pod.container("load").get("args"))
			.isEqualTo(List.of("load", "--hlog=-", "--framing=line", "--size=64B,5000", "--connections=4", "--rate=50",
					"--warmup=1s", "--duration=1s", "--fail-if=errors>0.1%", "--timeout=5s", FULL_NAME + ".lab:8"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "load.rate=7", "load.pods=3", "load.run=second", "load.run=2", "image.tag=other",
			"load.ttlSecondsAfterFinished=61" })
	void whenALoadIsAnotherItsJobIsAnother(String value) {
		assertThat(name(value)).isNotEqualTo(name()).hasSameSizeAs(name());
	}

	@Test
	void whenALoadIsTheSameItsJobStays() {
		assertThat(name("replicaCount=5", "listeners.line.enabled=true")).isEqualTo(name()).contains("-load-");
	}

	@Test
	void whenNamesAreLongThatOfAPodIsStillAHostName() {
		String name = name("load.pods=1000", "fullnameOverride=" + "n".repeat(63));
		assertThat(name + "-999").hasSizeLessThan(64).matches("n+-load-[0-9a-f]{8}-999");
	}

	@Test
	void whenThePodsHaveEndedTheirLogsAreMergedToOneLoad() throws Exception {
		try (NioServer server = NioServer.framing(Framing.LINE).start()) {
			List<Path> logs = runPods(server.port());
			server.awaitQuiet();
			List<Long> counts = new ArrayList<>();
			for (Path log : logs) {
				counts.add(measured(log));
			}
			List<String> merge = new ArrayList<>(List.of("load", "merge", "--json"));
			logs.forEach((log) -> merge.add(log.toString()));
			JsonNode merged = JsonMapper.shared().readTree(run(merge));
			assertThat(counts).hasSize(3).doesNotContain(0L);
			assertThat(merged.get("exchanges").asLong()).isEqualTo(counts.stream().mapToLong(Long::longValue).sum())
				.isLessThan(server.serviceCalls());
			assertThat(merged.get("generators").size()).isEqualTo(3);
			assertThat(merged.get("notes").toString()).contains("3 generators measured together for ");
		}
	}

	/** Run the command of each pod, all at the same time, and return their logs. */
	private List<Path> runPods(int port) throws Exception {
		Manifest job = job(Chart.render(VALUES));
		List<String> arguments = job.podSpec()
			.container("load")
			.texts("args")
			.stream()
			.map((argument) -> argument.replaceFirst("^" + FULL_NAME + "\\.\\S+:\\d+$", "127.0.0.1:" + port))
			.toList();
		List<Callable<String>> pods = Stream.generate(() -> (Callable<String>) () -> run(arguments))
			.limit(Integer.parseInt(job.text("spec", "completions")))
			.toList();
		ExecutorService cluster = Executors.newFixedThreadPool(pods.size());
		try {
			List<Path> logs = new ArrayList<>();
			for (Future<String> pod : cluster.invokeAll(pods)) {
				// Each pod has a host name of its own.
				logs.add(Files.writeString(this.directory.resolve(logs.size() + ".hlog"),
						pod.get().replaceFirst("#host: .*", "#host: " + job.name() + "-" + logs.size())));
			}
			return logs;
		}
		finally {
			cluster.shutdownNow();
		}
	}

	/** Run a command in this process, and return what kubectl would show. */
	private static String run(List<String> arguments) {
		ByteArrayOutputStream printed = new ByteArrayOutputStream();
		PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
		int exitCode = CommandLineInterface.run(out, out, arguments.toArray(String[]::new));
		String log = printed.toString(StandardCharsets.UTF_8);
		assertThat(exitCode).as(log).isZero();
		return log;
	}

	/**
	 * Return the number of measured exchanges, as HdrHistogram's own reader sees them.
	 */
	private static long measured(Path log) throws IOException {
		long count = 0;
		try (HistogramLogReader reader = new HistogramLogReader(log.toFile())) {
			for (EncodableHistogram next = reader.nextIntervalHistogram(); next != null; next = reader
				.nextIntervalHistogram()) {
				if (next.getTag().startsWith("exchange/")) {
					count += ((AbstractHistogram) next).getTotalCount();
				}
			}
		}
		return count;
	}

	private static String name(String... values) {
		List<String> all = new ArrayList<>(List.of("load.enabled=true", "load.target=a:7"));
		all.addAll(List.of(values));
		return job(Chart.renderWith(all.toArray(String[]::new))).name();
	}

	private static Manifest job(List<Manifest> manifests) {
		List<Manifest> jobs = manifests.stream().filter((manifest) -> manifest.kind().equals("Job")).toList();
		assertThat(jobs).hasSize(1);
		return jobs.get(0);
	}

}
