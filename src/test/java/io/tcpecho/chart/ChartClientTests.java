package io.tcpecho.chart;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static io.tcpecho.chart.Chart.FULL_NAME;
import static io.tcpecho.chart.Chart.only;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The pods of the chart that are clients: those of {@code helm test}, of the canary and
 * of the load, and whether a network policy lets them through.
 */
class ChartClientTests {

	private static final String SERVICE = "rel-tcp-echo.lab:7";

	private static final String HEADLESS = "rel-tcp-echo-headless.lab:7007";

	private static final String NODE_PORT = "[$(NODE_IP)]:30707";

	@Test
	void whenAReleaseHasSeveralWaysToAListenerHelmTestProbesEach() {
		Manifest pod = test("service.type=NodePort", "listeners.eof.nodePort=30707", "service.headless.enabled=true",
				"tests.targets.eof[0]=gateway.{{ .Release.Namespace }}:7007", "tests.targets.eof[1]=[2001:db8::1]:7");
		assertThat(targets(pod)).containsExactly(SERVICE, HEADLESS, NODE_PORT, "gateway.lab:7007", "[2001:db8::1]:7");
		assertThat(pod.podSpec().container("probe").get("env")).isEqualTo(List
			.of(Map.of("name", "NODE_IP", "valueFrom", Map.of("fieldRef", Map.of("fieldPath", "status.hostIP")))));
		assertThat(pod.podSpec().container("probe").texts("args")).contains("--all-addresses");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					listeners.eof.enabled=true                                | rel-tcp-echo.lab:7
					service.clusterIP=None                                    | rel-tcp-echo.lab:7007
					service.headless.enabled=true service.headless.publishNotReadyAddresses=true | rel-tcp-echo.lab:7
					monitor.mesh.enabled=true                                 | rel-tcp-echo.lab:7 rel-tcp-echo-headless.lab:7007
					service.type=NodePort                                     | rel-tcp-echo.lab:7
					service.type=NodePort listeners.eof.nodePort=30707 tests.nodePorts=false | rel-tcp-echo.lab:7
					service.type=NodePort listeners.eof.nodePort=30707 service.externalTrafficPolicy=Local | rel-tcp-echo.lab:7
					service.type=NodePort listeners.eof.nodePort=30707 service.externalTrafficPolicy=Local kind=DaemonSet | rel-tcp-echo.lab:7 [$(NODE_IP)]:30707
					service.type=LoadBalancer listeners.eof.nodePort=30707 networkPolicy.enabled=true | rel-tcp-echo.lab:7 [$(NODE_IP)]:30707
					service.type=NodePort listeners.eof.nodePort=30707 networkPolicy.enabled=true networkPolicy.ingress.from[0].podSelector.matchLabels.a=b | rel-tcp-echo.lab:7
					service.type=NodePort listeners.eof.nodePort=30707 networkPolicy.enabled=true networkPolicy.ingress.from[0].ipBlock.cidr=10.0.0.0/8 | rel-tcp-echo.lab:7 [$(NODE_IP)]:30707
					kind=DaemonSet hostNetwork=true updateStrategy.type=OnDelete | rel-tcp-echo.lab:7 [$(NODE_IP)]:7007
					""")
	void whenAWayCannotWorkHelmTestLeavesItOut(String values, String targets) {
		assertThat(targets(test(values.split(" +")))).containsExactly(targets.split(" "));
	}

	@Test
	void whenNodesAreNamedHelmTestRunsFromEach() {
		List<Manifest> pods = pods("test", "tests.nodes[0]=b", "tests.nodes[1]=a", "listeners.line.enabled=true",
				"nodeSelector.disk=ssd");
		assertThat(pods).extracting(Manifest::name)
			.containsExactlyInAnyOrder(FULL_NAME + "-test-eof-0", FULL_NAME + "-test-line-0", FULL_NAME + "-test-eof-1",
					FULL_NAME + "-test-line-1");
		assertThat(pods).filteredOn((pod) -> pod.name().endsWith("-1"))
			.allSatisfy((pod) -> assertThat(pod.podSpec().map("nodeSelector"))
				.isEqualTo(Map.of("kubernetes.io/hostname", "b", "disk", "ssd")));
	}

	@Test
	void whenAListenerGreetsOrNamesItsReplicaHelmTestExpectsIt() {
		assertThat(test("listeners.eof.identify=true", "listeners.eof.greeting=220 ready").podSpec()
			.container("probe")
			.texts("args")).contains("--identify", "--greeting=220 ready");
	}

	@Test
	void whenTheHeadlessServiceGivesAddressesOfPodsItHasTheirPorts() {
		List<Manifest> manifests = render("service.headless.enabled=true", "tcpRoute.enabled=true",
				"tcpRoute.parentRefs[0].name=gateway", "service.clusterIP=None");
		for (String service : List.of(FULL_NAME, FULL_NAME + "-headless")) {
			assertThat(only(manifests, "Service", service).get("spec", "ports", 0, "port")).isEqualTo(7007);
		}
		assertThat(only(manifests, "TCPRoute", FULL_NAME + "-eof").get("spec", "rules", 0, "backendRefs", 0, "port"))
			.isEqualTo(7007);
	}

	@Test
	void whenACanaryRunsNowAndThenItsJobIsOneVerdict() {
		Manifest canary = only(Chart.render("mesh"), "CronJob", FULL_NAME + "-canary");
		assertThat(canary.get("spec", "jobTemplate", "spec", "backoffLimit")).isEqualTo(0);
		assertThat(canary.text("spec", "concurrencyPolicy")).isEqualTo("Forbid");
		assertThat(canary.podSpec().text("restartPolicy")).isEqualTo("Never");
		assertThat(canary.podSpec().container("probe").get("args")).isEqualTo(List.of("probe", "--all-addresses",
				"--framing=eof", "--size=64B", "--count=5", "--identify", "--timeout=2s", SERVICE));
	}

	@Test
	void whenACanaryRunsAllTheTimeEachTargetHasAProbe() {
		Manifest canary = only(Chart.render("canary"), "Deployment", FULL_NAME + "-canary");
		assertThat(canary.podSpec().nested("containers")).extracting((container) -> container.text("name"))
			.containsExactly("probe-0", "probe-1");
		assertThat(canary.podSpec().container("probe-1").get("args")).isEqualTo(
				List.of("probe", "--all-addresses", "--framing=line", "--size=5000", "--count=0", "--interval=1m",
						"--time-of-day", "--tls", "--ca=/certificates/ca.crt", "--json", "[2001:db8::7]:7443"));
		assertThat(canary.podSpec().nested("volumes"))
			.anySatisfy((volume) -> assertThat(volume.get("secret", "secretName")).isEqualTo("rel-certificates"));
		assertThat(canary.map("spec", "selector", "matchLabels").entrySet())
			.isSubsetOf(canary.map("spec", "template", "metadata", "labels").entrySet());
	}

	@Test
	void whenTheServerIsSelectedNoClientIs() {
		for (String valueSet : List.of("mesh", "canary", "load")) {
			List<Manifest> manifests = Chart.render(valueSet);
			Map<Object, Object> selector = only(manifests, "Service", FULL_NAME).map("spec", "selector");
			manifests.stream().filter((manifest) -> manifest.hasPods() && !manifest.isWorkload()).forEach((client) -> {
				assertThat(client.map("metadata", "labels").entrySet()).isNotEmpty();
				assertThat(client.map("metadata", "labels").entrySet().containsAll(selector.entrySet()))
					.as(client.name())
					.isFalse();
			});
		}
	}

	@ParameterizedTest
	@CsvSource({ "canary, mesh", "load, load", "test, mesh" })
	void whenThereIsANetworkPolicyEachClientOfTheReleaseIsLetIn(String component, String valueSet) {
		List<Manifest> manifests = Chart.render(valueSet);
		Manifest policy = only(manifests, "NetworkPolicy", FULL_NAME);
		Manifest client = pods(component, manifests).findFirst().orElseThrow();
		assertThat(policy.nested("spec", "ingress")
			.stream()
			.filter((rule) -> "eof".equals(rule.get("ports", 0, "port")))
			.flatMap((rule) -> rule.nested("from").stream())
			.map((peer) -> peer.map("podSelector", "matchLabels").entrySet()))
			.anySatisfy((selected) -> assertThat(client.map("metadata", "labels").entrySet()).containsAll(selected));
	}

	@Test
	void whenAClientIsOffTheNetworkPolicyDoesNotNameIt() {
		Manifest policy = only(
				Chart.renderWith("networkPolicy.enabled=true",
						"networkPolicy.ingress.from[0].podSelector.matchLabels.a=b", "tests.enabled=false"),
				"NetworkPolicy", FULL_NAME);
		assertThat(policy.list("spec", "ingress")).hasSize(1);
	}

	private static Manifest test(String... values) {
		return only(render(values), "Pod", FULL_NAME + "-test-eof");
	}

	private static List<Manifest> pods(String component, String... values) {
		return pods(component, render(values)).toList();
	}

	private static Stream<Manifest> pods(String component, List<Manifest> manifests) {
		return manifests.stream()
			.filter(Manifest::hasPods)
			.filter((manifest) -> component.equals(manifest.get("metadata", "labels", "app.kubernetes.io/component")));
	}

	/** Render with a port of the Service that is not that of the pods. */
	private static List<Manifest> render(String... values) {
		List<String> all = new ArrayList<>(List.of(values));
		all.add("listeners.eof.servicePort=7");
		return Chart.renderWith(all.toArray(String[]::new));
	}

	private static List<String> targets(Manifest pod) {
		return pod.podSpec()
			.container("probe")
			.texts("args")
			.stream()
			.filter((argument) -> !argument.equals("probe") && !argument.startsWith("--"))
			.toList();
	}

}
