package io.tcpecho.chart;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import com.marcnuri.helm.DryRun;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.InstallCommand;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.util.FileSystemUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * {@code tests.eachNode} with an API server that knows nodes and nothing else.
 */
class ChartNodeTests {

	private static final Map<String, String> DISCOVERY = Map.of("/version", """
			{"major": "1", "minor": "35", "gitVersion": "v1.35.0"}""", "/api", """
			{"kind": "APIVersions", "versions": ["v1"]}""", "/apis", """
			{"kind": "APIGroupList", "apiVersion": "v1", "groups": []}""", "/api/v1", """
			{"kind": "APIResourceList", "groupVersion": "v1", "resources": [
			  {"name": "nodes", "namespaced": false, "kind": "Node", "verbs": ["get", "list"]}]}""");

	/**
	 * The test pods of the chart as its only notes: a dry run gives back nothing else.
	 */
	@TempDir
	static Path chart;

	/** The items of the list of nodes, or null if Helm may not list them. */
	private @Nullable String nodes;

	private HttpServer server;

	@BeforeAll
	static void leaveOnlyTheTestsOfTheChart() throws IOException {
		FileSystemUtils.copyRecursively(Chart.DIRECTORY, chart);
		Path templates = chart.resolve("templates");
		try (Stream<Path> files = Files.list(templates)) {
			for (Path file : files.filter((file) -> file.toString().endsWith(".yaml")).toList()) {
				Files.delete(file);
			}
		}
		Files.writeString(templates.resolve("NOTES.txt"),
				"{{ include (print .Template.BasePath \"/tests/probe.yaml\") . }}");
	}

	@BeforeEach
	void startApiServer() throws IOException {
		this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		this.server.createContext("/", this::answer);
		this.server.start();
	}

	@AfterEach
	void stopApiServer() {
		this.server.stop(0);
	}

	@Test
	void whenTheClusterHasNodesHelmTestRunsFromEachThatTakesPods() {
		this.nodes = """
				{"metadata": {"name": "b.example", "labels": {"kubernetes.io/hostname": "b"}}, "spec": {}},
				{"metadata": {"name": "a", "labels": {"kubernetes.io/hostname": "a"}},
				 "spec": {"taints": [{"key": "full", "effect": "PreferNoSchedule"}]}},
				{"metadata": {"name": "control", "labels": {"kubernetes.io/hostname": "control"}},
				 "spec": {"taints": [{"key": "control-plane", "effect": "NoSchedule"}]}},
				{"metadata": {"name": "drained", "labels": {"kubernetes.io/hostname": "drained"}},
				 "spec": {"unschedulable": true}}""";
		List<Manifest> pods = testPods();
		assertThat(pods).extracting(Manifest::name)
			.containsExactly(Chart.FULL_NAME + "-test-eof-0", Chart.FULL_NAME + "-test-eof-1");
		assertThat(pods).extracting((pod) -> pod.podSpec().map("nodeSelector"))
			.containsExactly(Map.of("kubernetes.io/hostname", "a"), Map.of("kubernetes.io/hostname", "b"));
	}

	@Test
	void whenEachNodeKeepsPodsAwayHelmTestRunsFromAnyNode() {
		this.nodes = """
				{"metadata": {"name": "a", "labels": {"kubernetes.io/hostname": "a"}}, "spec": {"unschedulable": true}}""";
		assertRunsFromAnyNode(testPods());
	}

	@Test
	void whenHelmMayNotListNodesItSaysSo() {
		assertThatIllegalStateException().isThrownBy(this::testPods).withMessageContaining("nodes is forbidden");
	}

	@Test
	void whenHelmRendersWithoutAClusterHelmTestRunsFromAnyNode() {
		assertRunsFromAnyNode(
				testPods(install().withDryRunOption(DryRun.CLIENT).clientOnly().withKubeVersion("1.35.0")));
	}

	private static void assertRunsFromAnyNode(List<Manifest> pods) {
		assertThat(pods).extracting(Manifest::name).containsExactly(Chart.FULL_NAME + "-test-eof");
		assertThat(pods.get(0).podSpec().get("nodeSelector")).isNull();
	}

	private List<Manifest> testPods() {
		return testPods(install().withDryRunOption(DryRun.SERVER).withKubeConfigContents("""
				apiVersion: v1
				kind: Config
				current-context: only
				contexts: [{ name: only, context: { cluster: only, user: helm } }]
				clusters: [{ name: only, cluster: { server: "http://127.0.0.1:%d" } }]
				users: [{ name: helm, user: {} }]
				""".formatted(this.server.getAddress().getPort())));
	}

	private static List<Manifest> testPods(InstallCommand install) {
		String output = install.call().getOutput();
		return Chart.manifests(output.substring(output.indexOf("NOTES:") + "NOTES:".length()));
	}

	private static InstallCommand install() {
		return new Helm(chart).install()
			.withName(Chart.RELEASE)
			.withNamespace(Chart.NAMESPACE)
			.dryRun()
			.set("tests.eachNode", "true");
	}

	private void answer(HttpExchange exchange) {
		String path = exchange.getRequestURI().getPath();
		String answer = DISCOVERY.get(path);
		int status = 200;
		if (path.equals("/api/v1/nodes") && this.nodes != null) {
			answer = "{\"kind\": \"NodeList\", \"apiVersion\": \"v1\", \"items\": [" + this.nodes + "]}";
		}
		else if (answer == null) {
			status = 403;
			answer = """
					{"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "Forbidden", "code": 403,
					 "message": "%s is forbidden"}""".formatted(path.substring(path.lastIndexOf('/') + 1));
		}
		byte[] body = answer.getBytes(StandardCharsets.UTF_8);
		try (exchange) {
			exchange.getResponseHeaders().add("Content-Type", "application/json");
			exchange.sendResponseHeaders(status, body.length);
			exchange.getResponseBody().write(body);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
