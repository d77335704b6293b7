package io.tcpecho.chart;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tcpecho.TcpEchoApplication;
import io.tcpecho.testing.FreePort;
import io.tcpecho.testing.Peer;
import io.tcpecho.testing.Peer.End;
import io.tcpecho.testing.Peer.Reply;
import io.tcpecho.testing.TestCertificate;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

/**
 * The dashboard and the alert rules: they use metrics that the server has, and Prometheus
 * takes the rules.
 */
class ChartMetricTests {

	private static final Path DASHBOARD = Chart.DIRECTORY.resolve("dashboards").resolve("tcp-echo.json");

	private static final Path ALERTS = Chart.DIRECTORY.resolve("alerts");

	/** What the rules select by; the chart puts the pods of its release there. */
	private static final String SELECTOR = "job=~\".*tcp-echo.*\"";

	private static final Pattern METRIC = Pattern.compile("(?<![:\\w])(?:tcp_echo|jvm|process|ssl)_[a-z_]+");

	/** A series that a rule records: what it is kept for, of which metric, and how. */
	private static final Pattern RECORDED = Pattern.compile("\\b[a-z_]+:tcp_echo_[a-z_]+:[a-z0-9_]+");

	/** What Prometheus gets from a server that has served. */
	private static Set<String> exported = Set.of();

	@BeforeAll
	static void serveAndScrape(@TempDir Path directory) throws IOException {
		BootLog.quiet();
		int tlsPort = FreePort.next();
		TestCertificate certificate = TestCertificate.authority("server");
		String bundle = "--spring.ssl.bundle.pem.echo.keystore.";
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(TcpEchoApplication.class)
			.web(WebApplicationType.NONE)
			.registerShutdownHook(false)
			.run("--tcp-echo.listeners.eof.port=0", "--tcp-echo.listeners.eof.address=127.0.0.1",
					"--tcp-echo.listeners.tls.port=" + tlsPort, "--tcp-echo.listeners.tls.tls.bundle=echo",
					"--tcp-echo.monitor.targets.tls.target=127.0.0.1:" + tlsPort,
					"--tcp-echo.monitor.targets.tls.interval=200ms", "--tcp-echo.monitor.targets.tls.timeout=200ms",
					"--tcp-echo.monitor.targets.tls.tls.bundle=trust",
					"--tcp-echo.monitor.targets.tls.tls.check-name=false",
					"--spring.ssl.bundle.pem.trust.truststore.certificate=file:"
							+ certificate.writeChain(directory.resolve("ca.crt")),
					bundle + "certificate=file:" + certificate.writeChain(directory.resolve("tls.crt")),
					bundle + "private-key=file:" + certificate.writeKey(directory.resolve("tls.key")))) {
			int port = context.getEnvironment().getRequiredProperty("local.tcp-echo.eof.port", Integer.class);
			byte[] message = "hello".getBytes(StandardCharsets.US_ASCII);
			assertThat(Peer.exchange(port, message)).isEqualTo(new Reply(message, End.FIN));
			PrometheusMeterRegistry registry = context.getBean(PrometheusMeterRegistry.class);
			// The meter of a garbage collector begins with its first pause.
			System.gc();
			await().atMost(Duration.ofSeconds(30)).until(() -> registry.scrape().contains("jvm_gc_pause_seconds_sum"));
			// Those of a probe begin with its first exchange that is OK.
			await().atMost(Duration.ofSeconds(30))
				.until(() -> registry.scrape().contains("tcp_echo_probe_duration_seconds_bucket"));
			exported = METRIC.matcher(registry.scrape()).results().map(MatchResult::group).collect(Collectors.toSet());
		}
		finally {
			BootLog.restore();
		}
	}

	@Test
	void whenTheDashboardUsesAMetricTheServerHasIt() throws IOException {
		assertThat(metrics(expressions())).isNotEmpty().isSubsetOf(exported);
	}

	@Test
	void whenARuleUsesAMetricTheServerHasIt() {
		assertThat(metrics(rules().stream().map((rule) -> (String) rule.get("expr")).toList())).hasSizeGreaterThan(4)
			.isSubsetOf(exported);
	}

	@Test
	void whenARuleUsesARecordedSeriesAnEarlierRuleRecordsIt() {
		Set<String> recorded = new TreeSet<>();
		Set<String> used = new TreeSet<>();
		for (Map<?, ?> rule : rules()) {
			List<String> uses = RECORDED.matcher((String) rule.get("expr")).results().map(MatchResult::group).toList();
			assertThat(recorded).as("before %s", rule).containsAll(uses);
			used.addAll(uses);
			if (rule.get("record") instanceof String name) {
				assertThat(name).matches(RECORDED);
				assertThat(recorded.add(name)).as("%s is recorded once", name).isTrue();
			}
		}
		assertThat(used).isNotEmpty();
	}

	@Test
	void whenARuleRecordsASeriesTheDocumentNamesItAndNoOther() throws IOException {
		String text = Files.readString(Path.of("docs", "monitoring.md"));
		assertThat(RECORDED.matcher(text).results().map(MatchResult::group).distinct())
			.containsExactlyInAnyOrderElementsOf(rules().stream()
				.filter((rule) -> rule.containsKey("record"))
				.map((rule) -> (String) rule.get("record"))
				.toList());
	}

	@Test
	void whenARuleRecordsASeriesATestOfPrometheusAsksForIt() throws IOException {
		String asked = Files.readAllLines(ALERTS.resolve("tcp-echo.test.yml"))
			.stream()
			.filter((line) -> line.contains("- expr: "))
			.collect(Collectors.joining("\n"));
		assertThat(rules().stream().filter((rule) -> rule.containsKey("record"))).isNotEmpty()
			.allSatisfy((rule) -> assertThat(asked).contains((String) rule.get("record")));
	}

	@Test
	void whenTheHorizontalPodAutoscalerFollowsConnectionsTheServerHasTheMetric() {
		Map<?, ?> values = (Map<?, ?>) Chart.yaml(Chart.DIRECTORY.resolve("values.yaml"));
		Map<?, ?> connections = (Map<?, ?>) ((Map<?, ?>) values.get("autoscaling")).get("connections");
		assertThat(exported).contains((String) connections.get("metric"));
	}

	@Test
	void whenThereIsAPanelItHasATitleAPlaceAndTheChosenSource() throws IOException {
		List<JsonNode> panels = panels();
		assertThat(panels).hasSizeGreaterThan(15);
		assertThat(panels.stream().map((panel) -> panel.path("id").intValue())).doesNotHaveDuplicates();
		Set<String> cells = new TreeSet<>();
		for (JsonNode panel : panels) {
			assertThat(panel.path("title").stringValue()).isNotBlank();
			JsonNode place = panel.path("gridPos");
			assertThat(place.path("x").intValue() + place.path("w").intValue()).isBetween(1, 24);
			for (int x = 0; x < place.path("w").intValue(); x++) {
				for (int y = 0; y < place.path("h").intValue(); y++) {
					assertThat(cells.add((place.path("x").intValue() + x) + "/" + (place.path("y").intValue() + y)))
						.as("%s lies on another panel", panel.path("title"))
						.isTrue();
				}
			}
			panel.path("targets")
				.forEach((target) -> assertThat(target.path("datasource").path("uid").stringValue())
					.isEqualTo("${datasource}"));
		}
	}

	@Test
	void whenTheChartMakesADashboardItIsTheFile() throws IOException {
		Manifest configMap = Chart.only(Chart.render("service-monitor"), "ConfigMap", Chart.FULL_NAME + "-dashboard");
		JsonNode made = JsonMapper.builder().build().readTree(configMap.text("data", Chart.FULL_NAME + ".json"));
		assertThat(made.path("title").stringValue()).isEqualTo("tcp-echo lab/" + Chart.FULL_NAME);
		assertThat(made.path("uid").stringValue()).matches("tcp-echo-[0-9a-f]{12}");
		assertThat(made.path("panels")).isEqualTo(dashboard().path("panels"));
		assertThat(configMap.text("metadata", "labels", "grafana_dashboard")).isEqualTo("1");
		assertThat(configMap.text("metadata", "annotations", "grafana_folder")).isEqualTo("Network");
	}

	@Test
	void whenTwoReleasesHaveDashboardsTheirUidsDiffer() {
		assertThat(uid()).isEqualTo(uid())
			.isNotEqualTo(uid("fullnameOverride=other"))
			.isNotEqualTo(uid("namespaceOverride=other"));
	}

	private static String uid(String... values) {
		List<String> all = new ArrayList<>(List.of(values));
		all.add("metrics.dashboard.enabled=true");
		Manifest configMap = Chart.renderWith(all.toArray(String[]::new))
			.stream()
			.filter((manifest) -> manifest.name().endsWith("-dashboard"))
			.findFirst()
			.orElseThrow();
		Map<?, ?> data = configMap.map("data");
		String dashboard = (String) data.values().iterator().next();
		return JsonMapper.builder().build().readTree(dashboard).path("uid").stringValue();
	}

	@Test
	void whenThereIsAnAlertItHasAPageAndNoPageIsWithoutAnAlert() throws IOException {
		try (Stream<Path> pages = Files.list(Path.of("docs", "runbooks"))) {
			assertThat(pages.map((page) -> page.getFileName().toString().replace(".md", "")))
				.containsExactlyInAnyOrderElementsOf(
						alerts().stream().map((alert) -> (String) alert.get("alert")).toList());
		}
		assertThat(alerts())
			.allSatisfy((alert) -> assertThat((String) ((Map<?, ?>) alert.get("annotations")).get("runbook_url"))
				.endsWith("/docs/runbooks/" + alert.get("alert") + ".md"));
	}

	@Test
	void whenThereIsAnAlertItHasAtMostOneThreshold() {
		assertThat(alerts()).allSatisfy((alert) -> assertThat(((String) alert.get("expr")).split("[<>] [0-9.]+", -1))
			.hasSizeLessThanOrEqualTo(2));
	}

	@Test
	void whenAnAlertIsChangedByTheValuesItsLimitsAndLabelsAre() {
		Manifest rule = Chart.only(Chart.render("recreate"), "PrometheusRule", Chart.FULL_NAME);
		List<Manifest> rules = rule.nested("spec", "groups", 0, "rules");
		List<Manifest> alerts = rules.stream().filter(ChartMetricTests::isAlert).toList();
		assertThat(alerts).hasSameSizeAs(alerts()).allSatisfy((alert) -> {
			assertThat(alert.text("labels", "team")).isEqualTo("network");
			assertThat(alert.text("annotations", "runbook_url"))
				.isEqualTo("https://runbooks.example.com/" + alert.text("alert") + ".md");
		}).anySatisfy((alert) -> {
			assertThat(alert.text("alert")).isEqualTo("TcpEchoRejectsConnections");
			assertThat(alert.text("expr").strip()).endsWith("> 5.5");
			assertThat(alert.text("for")).isEqualTo("30m");
			assertThat(alert.text("labels", "severity")).isEqualTo("info");
		}).anySatisfy((alert) -> {
			assertThat(alert.text("alert")).isEqualTo("TcpEchoOverloaded");
			assertThat(alert.text("expr").strip()).endsWith("> 0");
			assertThat(alert.text("for")).isEqualTo("5m");
			assertThat(alert.text("labels", "severity")).isEqualTo("warning");
		}).anySatisfy((alert) -> {
			assertThat(alert.text("alert")).isEqualTo("TcpEchoCertificateExpires");
			assertThat(alert.text("expr").strip()).endsWith("< 30 * 86400");
		});
		assertThat(rules).filteredOn((other) -> !isAlert(other))
			.hasSize(rules().size() - alerts().size())
			.allSatisfy((recording) -> {
				assertThat(recording.map().keySet()).isEqualTo(Set.of("record", "expr", "labels"));
				assertThat(recording.map("labels")).isEqualTo(Map.of("workload", Chart.FULL_NAME));
			});
	}

	@Test
	void whenThereIsAnAlertItSaysHowBadAndWhat() {
		assertThat(alerts()).hasSizeGreaterThan(5).allSatisfy((alert) -> {
			assertThat(((Map<?, ?>) alert.get("labels")).get("severity")).isIn("info", "warning", "critical");
			assertThat((String) ((Map<?, ?>) alert.get("annotations")).get("summary")).isNotBlank();
			assertThat((String) ((Map<?, ?>) alert.get("annotations")).get("description")).endsWith(".");
			assertThat((String) alert.get("for")).isNotBlank();
		});
	}

	@Test
	void whenTheChartMakesRulesEachMetricIsOfTheReleaseOnly() {
		Manifest rule = Chart.only(Chart.render("pod-monitor"), "PrometheusRule", Chart.FULL_NAME);
		List<Manifest> rules = rule.nested("spec", "groups", 0, "rules");
		assertThat(rules).hasSameSizeAs(rules());
		for (Manifest each : rules) {
			String expression = each.text("expr");
			long series = METRIC.matcher(expression).results().count() + RECORDED.matcher(expression).results().count();
			assertThat(expression.split("namespace=\"lab\",pod=~\"rel-tcp-echo-", -1)).as(expression)
				.hasSize((int) series + 1);
			assertThat(expression).doesNotContain(SELECTOR);
		}
	}

	@ParameterizedTest
	@CsvSource({ "Deployment, deployment", "DaemonSet, daemonset" })
	void whenPodsOfAWorkloadAreCountedItIsThatOfTheRelease(String kind, String label) {
		Manifest rule = Chart.only(Chart.renderWith("kind=" + kind, "metrics.prometheusRule.enabled=true"),
				"PrometheusRule", Chart.FULL_NAME);
		String expression = rule.nested("spec", "groups", 0, "rules")
			.stream()
			.filter((each) -> isAlert(each) && each.text("alert").equals("TcpEchoPodsMissing"))
			.map((alert) -> alert.text("expr"))
			.findFirst()
			.orElseThrow();
		assertThat(expression.split("\\{namespace=\"lab\"," + label + "=\"rel-tcp-echo\"}", -1)).hasSize(5);
		assertThat(expression).doesNotContain("=~");
	}

	@Test
	void whenThereIsADashboardEachOfItsFiguresIsOfTheChosenJobOrWorkload() throws IOException {
		assertThat(expressions().stream().filter((expression) -> expression.contains("{"))).allSatisfy(
				(expression) -> assertThat(expression).containsAnyOf("job=~\"$job\"", "deployment=~", "daemonset=~"));
		assertThat(dashboard().path("templating").path("list"))
			.extracting((variable) -> variable.path("name").stringValue())
			.containsExactly("datasource", "job", "namespace", "pod", "listener");
	}

	@Test
	void whenAnAlertIsDisabledItIsLeftOutAndGroupsOfTheUsersAreAdded() {
		Manifest rule = Chart.only(Chart.render("service-monitor"), "PrometheusRule", Chart.FULL_NAME);
		List<String> names = rule.nested("spec", "groups", 0, "rules")
			.stream()
			.filter(ChartMetricTests::isAlert)
			.map((alert) -> alert.text("alert"))
			.toList();
		assertThat(names).contains("TcpEchoDown").doesNotContain("TcpEchoPathLosesMessages");
		assertThat(alerts()).anyMatch((alert) -> "TcpEchoPathLosesMessages".equals(alert.get("alert")));
		assertThat(rule.text("spec", "groups", 1, "rules", 0, "record")).isEqualTo("tcp_echo:open");
	}

	@ParameterizedTest
	@ValueSource(strings = { "check rules tcp-echo.yml", "test rules tcp-echo.test.yml" })
	void whenPrometheusReadsTheRulesItTakesThem(String command) throws Exception {
		boolean installed = isInstalled();
		if (!"true".equals(System.getenv("CI"))) {
			assumeThat(installed).as("promtool, of package prometheus, is installed").isTrue();
		}
		assertThat(installed).as("promtool, of package prometheus, is installed").isTrue();
		List<String> arguments = new ArrayList<>(List.of("promtool"));
		arguments.addAll(List.of(command.split(" ")));
		Process process = new ProcessBuilder(arguments).directory(ALERTS.toFile()).redirectErrorStream(true).start();
		String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
		assertThat(process.exitValue()).as(output).isZero();
		assertThat(output).contains("SUCCESS");
	}

	private static boolean isInstalled() throws Exception {
		Process process = new ProcessBuilder("sh", "-c", "command -v promtool").start();
		return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
	}

	private static Set<String> metrics(List<String> expressions) {
		return expressions.stream()
			.flatMap((expression) -> METRIC.matcher(expression).results().map(MatchResult::group))
			.collect(Collectors.toCollection(TreeSet::new));
	}

	private static List<String> expressions() throws IOException {
		List<String> expressions = new ArrayList<>();
		panels().forEach((panel) -> panel.path("targets")
			.forEach((target) -> expressions.add(target.path("expr").stringValue())));
		dashboard().path("templating")
			.path("list")
			.forEach((variable) -> expressions.add(variable.path("query").path("query").asString("")));
		return expressions;
	}

	private static List<JsonNode> panels() throws IOException {
		List<JsonNode> panels = new ArrayList<>();
		dashboard().path("panels").forEach(panels::add);
		return panels;
	}

	private static JsonNode dashboard() throws IOException {
		return JsonMapper.builder().build().readTree(Files.readString(DASHBOARD));
	}

	private static boolean isAlert(Manifest rule) {
		return rule.map().containsKey("alert");
	}

	private static List<Map<?, ?>> alerts() {
		return rules().stream().filter((rule) -> rule.containsKey("alert")).toList();
	}

	private static List<Map<?, ?>> rules() {
		List<Map<?, ?>> rules = new ArrayList<>();
		List<?> groups = (List<?>) ((Map<?, ?>) Chart.yaml(ALERTS.resolve("tcp-echo.yml"))).get("groups");
		for (Object group : groups) {
			((List<?>) ((Map<?, ?>) group).get("rules")).forEach((rule) -> rules.add((Map<?, ?>) rule));
		}
		return rules;
	}

}
