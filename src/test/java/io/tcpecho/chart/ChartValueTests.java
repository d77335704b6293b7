package io.tcpecho.chart;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static io.tcpecho.chart.Chart.FULL_NAME;
import static io.tcpecho.chart.Chart.only;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What single values make of the manifests.
 */
class ChartValueTests {

	@Test
	void whenListenersAreEnabledEachHasAPortOfItsNameInPodAndService() {
		List<Manifest> manifests = Chart.render("all-framings");
		List<String> names = List.of("crlf", "eof", "fixed", "length", "length1", "length2", "line", "stream");
		Manifest service = only(manifests, "Service", FULL_NAME);
		assertThat(service.nested("spec", "ports")).extracting((port) -> port.text("name"))
			.containsExactlyElementsOf(names);
		assertThat(service.nested("spec", "ports")).extracting((port) -> port.get("port"))
			.containsExactly(7011, 7, 7012, 7009, 7013, 7014, 7008, 7010);
		assertThat(service.nested("spec", "ports")).extracting((port) -> port.text("appProtocol")).containsOnly("tcp");
		assertThat(service.text("spec", "ipFamilyPolicy")).isEqualTo("PreferDualStack");
		Manifest container = server(manifests);
		assertThat(container.nested("ports")).extracting((port) -> port.text("name"))
			.containsAll(names)
			.contains("management")
			.hasSize(9);
		assertThat(container.nested("ports")).extracting((port) -> port.get("containerPort")).contains(7007, 8080);
	}

	@Test
	void whenTheServiceIsALoadBalancerItKeepsClientAddressesAndBothFamilies() {
		Manifest service = only(Chart.render("load-balancer"), "Service", FULL_NAME);
		assertThat(service.text("spec", "type")).isEqualTo("LoadBalancer");
		assertThat(service.text("spec", "externalTrafficPolicy")).isEqualTo("Local");
		assertThat(service.text("spec", "ipFamilyPolicy")).isEqualTo("RequireDualStack");
		assertThat(service.get("spec", "ipFamilies")).isEqualTo(List.of("IPv6", "IPv4"));
		assertThat(service.get("spec", "loadBalancerSourceRanges")).isEqualTo(List.of("192.0.2.0/24", "2001:db8::/32"));
		assertThat(service.get("spec", "allocateLoadBalancerNodePorts")).isEqualTo(false);
		assertThat(service.text("spec", "loadBalancerClass")).isEqualTo("example.com/internal");
		assertThat(service.text("metadata", "annotations", "example.com/proxy-protocol")).isEqualTo("off");
	}

	@Test
	void whenTheServiceIsOnNodesThereArePortsAndAHeadlessOneBeside() {
		List<Manifest> manifests = Chart.render("node-port");
		Manifest service = only(manifests, "Service", FULL_NAME);
		assertThat(service.nested("spec", "ports")).extracting((port) -> port.get("nodePort"))
			.containsExactly(30707, 30710);
		assertThat(service.nested("spec", "ports")).extracting((port) -> port.text("appProtocol"))
			.containsExactly("tcp", "example.com/raw");
		Manifest headless = only(manifests, "Service", FULL_NAME + "-headless");
		assertThat(service.get("spec", "sessionAffinityConfig", "clientIP", "timeoutSeconds")).isEqualTo(600);
		assertThat(headless.get("spec", "sessionAffinity")).isNull();
		assertThat(headless.text("spec", "clusterIP")).isEqualTo("None");
		assertThat(headless.get("spec", "publishNotReadyAddresses")).isEqualTo(true);
		// There it would send clients to pods that drain, and to those that are gone.
		assertThat(service.get("spec", "publishNotReadyAddresses")).isNull();
		assertThat(headless.nested("spec", "ports")).extracting((port) -> port.get("nodePort")).containsOnlyNulls();
	}

	@Test
	void whenPodsAreScaledTheDeploymentNamesNoReplicas() {
		List<Manifest> manifests = Chart.render("autoscaling");
		assertThat(only(manifests, "Deployment", FULL_NAME).map("spec")).isNotEmpty();
		assertThat(only(manifests, "Deployment", FULL_NAME).get("spec", "replicas")).isNull();
		assertThat(only(Chart.render("default"), "Deployment", FULL_NAME).get("spec", "replicas")).isEqualTo(2);
		Manifest autoscaler = only(manifests, "HorizontalPodAutoscaler", FULL_NAME);
		assertThat(autoscaler.text("spec", "scaleTargetRef", "name")).isEqualTo(FULL_NAME);
		assertThat(autoscaler.nested("spec", "metrics")).extracting((metric) -> metric.text("type"))
			.containsExactly("Resource", "Pods", "External");
		assertThat(autoscaler.text("spec", "metrics", 1, "pods", "metric", "name"))
			.isEqualTo("tcp_echo_connections_open");
		assertThat(autoscaler.get("spec", "behavior", "scaleDown", "stabilizationWindowSeconds")).isEqualTo(600);
	}

	@Test
	void whenPodsAreSpreadTheSelectorOfTheReleaseIsAddedWhereNoneIsGiven() {
		List<Manifest> manifests = Chart.render("availability");
		Manifest pod = only(manifests, "Deployment", FULL_NAME).podSpec();
		assertThat(pod.map("topologySpreadConstraints", 0, "labelSelector", "matchLabels"))
			.isEqualTo(only(manifests, "Deployment", FULL_NAME).map("spec", "selector", "matchLabels"));
		assertThat(pod.map("topologySpreadConstraints", 1, "labelSelector", "matchLabels"))
			.isEqualTo(Map.of("app.kubernetes.io/part-of", "tcp-echo"));
		assertThat(pod.text("affinity", "podAntiAffinity", "preferredDuringSchedulingIgnoredDuringExecution", 0,
				"podAffinityTerm", "labelSelector", "matchLabels", "app.kubernetes.io/instance"))
			.isEqualTo("rel");
		assertThat(pod.text("priorityClassName")).isEqualTo("system-cluster-critical");
		Manifest budget = only(manifests, "PodDisruptionBudget", FULL_NAME);
		assertThat(budget.get("spec", "minAvailable")).isEqualTo("50%");
		assertThat(budget.get("spec", "maxUnavailable")).isNull();
		assertThat(only(Chart.render("network-policy"), "PodDisruptionBudget", FULL_NAME).get("spec", "maxUnavailable"))
			.isEqualTo(1);
	}

	@Test
	void whenRequestsFollowTheUseTheWorkloadIsThatOfTheRelease() {
		Manifest autoscaler = only(Chart.render("availability"), "VerticalPodAutoscaler", FULL_NAME);
		assertThat(autoscaler.map("spec", "targetRef"))
			.isEqualTo(Map.of("apiVersion", "apps/v1", "kind", "Deployment", "name", FULL_NAME));
		assertThat(autoscaler.text("spec", "updatePolicy", "updateMode")).isEqualTo("Initial");
		assertThat(autoscaler.get("spec", "resourcePolicy", "containerPolicies", 0, "controlledResources"))
			.isEqualTo(List.of("cpu"));
		Manifest off = only(Chart.renderWith("kind=DaemonSet", "verticalPodAutoscaler.enabled=true",
				"verticalPodAutoscaler.updateMode=false"), "VerticalPodAutoscaler", FULL_NAME);
		assertThat(off.text("spec", "targetRef", "kind")).isEqualTo("DaemonSet");
		assertThat(off.get("spec", "updatePolicy", "updateMode")).isEqualTo("Off");
	}

	@ParameterizedTest
	@CsvSource({ "podMonitor, PodMonitor, podMetricsEndpoints", "serviceMonitor, ServiceMonitor, endpoints" })
	void whenTheMetricsNeedALoginPrometheusHasIt(String monitor, String kind, String endpoints) {
		String login = "metrics." + monitor + ".basicAuth.";
		Manifest manifest = only(Chart.renderWith("metrics." + monitor + ".enabled=true",
				"config.tcp-echo.management.public-endpoints=health", login + "username.name=login",
				login + "username.key=user", login + "password.name={{ .Release.Name }}-login",
				login + "password.key=pass"), kind, FULL_NAME);
		assertThat(manifest.get("spec", endpoints, 0, "basicAuth")).isEqualTo(Map.of("username",
				Map.of("name", "login", "key", "user"), "password", Map.of("name", "rel-login", "key", "pass")));
	}

	@Test
	void whenThereIsANetworkPolicyListenersAreOpenAndManagementToTheSelectorOnly() {
		Manifest policy = only(Chart.render("network-policy"), "NetworkPolicy", FULL_NAME);
		assertThat(policy.get("spec", "policyTypes")).isEqualTo(List.of("Ingress", "Egress"));
		assertThat(policy.list("spec", "ingress")).hasSize(2);
		assertThat(policy.text("spec", "ingress", 0, "ports", 0, "port")).isEqualTo("eof");
		assertThat(policy.get("spec", "ingress", 0, "from")).isNull();
		assertThat(policy.text("spec", "ingress", 1, "ports", 0, "port")).isEqualTo("management");
		assertThat(policy.list("spec", "ingress", 1, "from")).hasSize(1);
		assertThat(policy.get("spec", "egress")).isEqualTo(List.of());
		Manifest strict = only(Chart.render("network-policy-strict"), "NetworkPolicy", FULL_NAME);
		assertThat(strict.list("spec", "ingress")).hasSize(2);
		assertThat(strict.text("spec", "ingress", 0, "from", 0, "namespaceSelector", "matchLabels",
				"kubernetes.io/metadata.name"))
			.isEqualTo("lab");
		assertThat(strict.list("spec", "egress", 0, "ports")).hasSize(2);
	}

	@ParameterizedTest
	@CsvSource({ "network-policy", "network-policy-strict" })
	void whenThereIsANetworkPolicyThePodsOfHelmTestMayConnectToEachListener(String valueSet) {
		List<Manifest> manifests = Chart.render(valueSet);
		Manifest policy = only(manifests, "NetworkPolicy", FULL_NAME);
		manifests.stream()
			.filter((manifest) -> manifest.kind().equals("Pod"))
			.forEach(
					(pod) -> assertThat(policy.nested("spec", "ingress")).as("%s is let in", pod).anySatisfy((rule) -> {
						assertThat(rule.nested("ports")).extracting((port) -> port.text("port")).contains("eof");
						if (rule.get("from") != null) {
							assertThat(pod.map("metadata", "labels").entrySet())
								.containsAll(rule.map("from", 0, "podSelector", "matchLabels").entrySet());
							assertThat(rule.map("from", 0, "podSelector", "matchLabels")).isNotEmpty();
						}
					}));
	}

	@Test
	void whenThereIsAServiceMonitorItSelectsTheManagementService() {
		List<Manifest> manifests = Chart.render("service-monitor");
		Manifest monitor = only(manifests, "ServiceMonitor", FULL_NAME);
		Manifest service = only(manifests, "Service", FULL_NAME + "-management");
		assertThat(monitor.text("metadata", "namespace")).isEqualTo("monitoring");
		assertThat(monitor.get("spec", "namespaceSelector", "matchNames")).isEqualTo(List.of("lab"));
		monitor.map("spec", "selector", "matchLabels")
			.forEach((key, value) -> assertThat(service.get("metadata", "labels", key)).isEqualTo(value));
		assertThat(only(manifests, "Service", FULL_NAME).text("metadata", "labels", "app.kubernetes.io/component"))
			.isNotEqualTo(monitor.text("spec", "selector", "matchLabels", "app.kubernetes.io/component"));
		assertThat(monitor.text("spec", "endpoints", 0, "port")).isEqualTo(service.text("spec", "ports", 0, "name"));
		assertThat(monitor.text("spec", "endpoints", 0, "path")).isEqualTo("/actuator/prometheus");
		assertThat(monitor.text("spec", "endpoints", 0, "interval")).isEqualTo("15s");
	}

	@Test
	void whenThereIsAPodMonitorItNamesThePortOfThePod() {
		List<Manifest> manifests = Chart.render("pod-monitor");
		assertThat(only(manifests, "PodMonitor", FULL_NAME).text("spec", "podMetricsEndpoints", 0, "port"))
			.isEqualTo("management");
		Map<?, ?> annotations = only(manifests, "Deployment", FULL_NAME).map("spec", "template", "metadata",
				"annotations");
		assertThat(annotations.get("prometheus.io/scrape")).isEqualTo("true");
		assertThat(annotations.get("prometheus.io/port")).isEqualTo("8080");
		assertThat(only(manifests, "ConfigMap", FULL_NAME + "-dashboard").text("metadata", "namespace"))
			.isEqualTo("grafana");
	}

	@Test
	void whenThereAreRoutesEachLeadsToThePortOfItsListener() {
		List<Manifest> manifests = Chart.render("gateway");
		assertThat(manifests.stream().filter((manifest) -> manifest.kind().equals("TCPRoute"))).hasSize(2);
		Manifest route = only(manifests, "TCPRoute", FULL_NAME + "-line");
		assertThat(route.get("spec", "rules", 0, "backendRefs"))
			.isEqualTo(List.of(Map.of("name", FULL_NAME, "port", 7008)));
		assertThat(route.text("spec", "parentRefs", 0, "sectionName")).isEqualTo("line");
		assertThat(route.list("spec", "parentRefs")).hasSize(1);
		Manifest own = only(manifests, "TCPRoute", FULL_NAME + "-eof");
		assertThat(own.text("spec", "parentRefs", 0, "sectionName")).isEqualTo("eof");
		assertThat(own.get("spec", "parentRefs", 1)).isEqualTo(Map.of("name", "internal", "port", 7007));
	}

	@Test
	void whenConfigurationExistsAlreadyTheChartMakesNone() {
		List<Manifest> manifests = Chart.render("existing");
		assertThat(Chart.kinds(manifests)).containsExactly("Deployment", "Service");
		Manifest deployment = only(manifests, "Deployment", FULL_NAME);
		Manifest pod = deployment.podSpec();
		assertThat(pod.text("serviceAccountName")).isEqualTo("echo");
		assertThat(pod.text("volumes", 0, "configMap", "name")).isEqualTo("rel-settings");
		assertThat(pod.text("volumes", 1, "secret", "secretName")).isEqualTo("more-settings");
		assertThat(pod.text("volumes", 2, "secret", "secretName")).isEqualTo("operator-account");
		assertThat(pod.nested("volumes").get(2).nested("secret", "items")).extracting((item) -> item.text("key"))
			.containsExactly("login", "pass");
		assertThat(deployment.map("spec", "template", "metadata", "annotations").get("checksum/config")).isNull();
	}

	@Test
	void whenTheImageHasADigestItIsPulledByIt() {
		List<Manifest> manifests = Chart.render("extras");
		Manifest pod = only(manifests, "Deployment", "echo-lab").podSpec();
		assertThat(pod.container("tcp-echo").text("image")).isEqualTo("registry.example.com/mirror/tcp-echo@sha256:"
				+ "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef");
		assertThat(pod.get("imagePullSecrets")).isEqualTo(List.of(Map.of("name", "company"), Map.of("name", "other")));
		assertThat(pod.nested("containers")).extracting((container) -> container.text("name"))
			.containsExactly("tcp-echo", "capture");
		assertThat(only(manifests, "Secret", "echo-lab-extra").text("stringData", "key")).isEqualTo("value");
		assertThat(only(manifests, "ConfigMap", "rel-extra").text("data", "key")).isEqualTo("value");
		assertThat(only(manifests, "Service", "echo-lab").text("metadata", "annotations", "example.com/owner"))
			.isEqualTo("rel");
		assertThat(only(manifests, "Service", "echo-lab").text("metadata", "labels", "team")).isEqualTo("network");
	}

	@Test
	void whenTheConfigurationChangesThePodsDoToo() {
		assertThat(checksum()).isEqualTo(checksum())
			.isNotEqualTo(checksum("listeners.eof.maxMessageSize=6KB"))
			.hasSize(64);
		assertThat(checksum("replicaCount=5")).isEqualTo(checksum());
	}

	@Test
	void whenAConfigMapOrSecretOfTheReleaseChangesThePodsDoToo() {
		String[] secret = { "extraObjects[0].apiVersion=v1", "extraObjects[0].kind=Secret",
				"extraObjects[0].metadata.name=mine", "extraObjects[0].stringData.key=one" };
		String one = extraChecksum(secret);
		secret[3] = "extraObjects[0].stringData.key=two";
		assertThat(one).hasSize(64).isNotEqualTo(extraChecksum(secret));
		secret[1] = "extraObjects[0].kind=Event";
		assertThat(extraChecksum(secret)).isEqualTo("null");
		assertThat(Chart.workload(Chart.render("extras"))
			.map("spec", "template", "metadata", "annotations")
			.get("checksum/extra-objects")).isNotNull();
	}

	private static String extraChecksum(String... values) {
		return String.valueOf(Chart.workload(Chart.renderWith(values))
			.map("spec", "template", "metadata", "annotations")
			.get("checksum/extra-objects"));
	}

	@Test
	void whenProbesAreMadeTheyAskTheGroupsOnTheManagementPort() {
		Manifest container = server(Chart.render("default"));
		assertThat(container.text("startupProbe", "httpGet", "path")).isEqualTo("/actuator/health/liveness");
		assertThat(container.text("livenessProbe", "httpGet", "path")).isEqualTo("/actuator/health/liveness");
		assertThat(container.text("readinessProbe", "httpGet", "path")).isEqualTo("/actuator/health/readiness");
		assertThat(List.of("startupProbe", "livenessProbe", "readinessProbe"))
			.allSatisfy((probe) -> assertThat(container.text(probe, "httpGet", "port")).isEqualTo("management"));
		assertThat(Chart.workload(Chart.render("host-network")).podSpec().container("tcp-echo").get("startupProbe"))
			.isNull();
	}

	@Test
	void whenAPodRunsOnEachNodeItIsOfADaemonSetInTheNamespaceOfTheValues() {
		List<Manifest> manifests = Chart.render("host-network");
		Manifest workload = only(manifests, "DaemonSet", FULL_NAME);
		assertThat(workload.get("spec", "replicas")).isNull();
		assertThat(workload.get("spec", "strategy")).isNull();
		assertThat(workload.get("spec", "updateStrategy", "rollingUpdate"))
			.isEqualTo(Map.of("maxSurge", 0, "maxUnavailable", 1));
		assertThat(manifests)
			.allSatisfy((manifest) -> assertThat(manifest.text("metadata", "namespace")).isEqualTo("network-lab"));
		assertThat(only(manifests, "Pod", FULL_NAME + "-test-eof").podSpec().container("probe").texts("args"))
			.endsWith("rel-tcp-echo.network-lab:7007", "[$(NODE_IP)]:7007");
	}

	@Test
	void whenPodsAreReplacedAsAWholeTheStrategyHasNoMore() {
		List<Manifest> manifests = Chart.render("recreate");
		assertThat(only(manifests, "Deployment", FULL_NAME).get("spec", "strategy"))
			.isEqualTo(Map.of("type", "Recreate"));
		assertThat(only(manifests, "Service", FULL_NAME).text("spec", "trafficDistribution")).isEqualTo("PreferClose");
		assertThat(manifests.stream().filter((manifest) -> manifest.kind().equals("Pod"))).extracting(Manifest::name)
			.containsExactly(FULL_NAME + "-test-eof");
	}

	@Test
	void whenThePodStartsItsManagementPortIsThatOfTheProbesWhateverTheConfigurationSays() {
		Manifest container = server(Chart.renderWith("management.port=9090", "profiles=null"));
		assertThat(container.nested("env")).anySatisfy((variable) -> {
			assertThat(variable.text("name")).isEqualTo("SERVER_PORT");
			assertThat(variable.get("value")).isEqualTo("9090");
		}).anySatisfy((variable) -> {
			assertThat(variable.text("name")).isEqualTo("SERVER_ADDRESS");
			assertThat(variable.get("value")).isEqualTo("0.0.0.0");
		});
	}

	@Test
	void whenNothingElseIsSaidPodsSpreadOverNodesIfPossible() {
		Manifest pod = only(Chart.render("default"), "Deployment", FULL_NAME).podSpec();
		assertThat(pod.text("topologySpreadConstraints", 0, "whenUnsatisfiable")).isEqualTo("ScheduleAnyway");
		assertThat(pod.container("tcp-echo").text("resources", "requests", "ephemeral-storage")).isEqualTo("128Mi");
	}

	@Test
	void whenTheClusterChoosesTheUserThePodNamesNone() {
		Manifest pod = only(Chart.render("openshift"), "Deployment", FULL_NAME).podSpec();
		assertThat(pod.map("securityContext"))
			.isEqualTo(Map.of("runAsNonRoot", true, "seccompProfile", Map.of("type", "RuntimeDefault")));
	}

	@Test
	void whenHelmTestRunsItProbesEachListenerThroughTheService() throws IOException {
		assertThat(Files.readString(Chart.DIRECTORY.resolve("templates").resolve("tests").resolve("probe.yaml")))
			.contains(Chart.HOOK);
		List<Manifest> manifests = Chart.render("all-framings");
		assertThat(manifests.stream().filter((each) -> each.kind().equals("Pod"))).hasSize(8);
		Manifest eof = only(manifests, "Pod", FULL_NAME + "-test-eof");
		assertThat(eof.text("metadata", "annotations", "tcp-echo/was")).isEqualTo("a test");
		assertThat(eof.podSpec().container("probe").get("args")).isEqualTo(List.of("probe", "--all-addresses",
				"--count=5", "--interval=200ms", "--framing=eof", "--size=64B", "rel-tcp-echo.lab:7"));
		assertThat(only(manifests, "Pod", FULL_NAME + "-test-length2").podSpec().container("probe").get("args"))
			.isEqualTo(List.of("probe", "--all-addresses", "--count=5", "--interval=200ms", "--framing=length-2",
					"--size=64B", "rel-tcp-echo.lab:7014"));
	}

	@Test
	void whenHelmTestShowsLogsEachPodHasOneContainerAndStays() {
		assertThat(Chart.render("all-framings").stream().filter((each) -> each.kind().equals("Pod")))
			.allSatisfy((pod) -> {
				assertThat(pod.podSpec().list("containers")).hasSize(1);
				assertThat(pod.text("metadata", "annotations", "helm.sh/hook-delete-policy"))
					.isEqualTo("before-hook-creation");
			});
	}

	@ParameterizedTest
	@CsvSource({ "500ms, 26", "20s, 45", "3m, 205", "1h, 3625", "0s, 25" })
	void whenTheDrainMayTakeLongerThePodMayToo(String timeout, int grace) {
		Manifest deployment = only(Chart.renderWith("drain.timeout=" + timeout, "preStopSleepSeconds=20"), "Deployment",
				FULL_NAME);
		assertThat(deployment.podSpec().get("terminationGracePeriodSeconds")).isEqualTo(grace);
	}

	private static String checksum(String... values) {
		return only(Chart.renderWith(values), "Deployment", FULL_NAME).text("spec", "template", "metadata",
				"annotations", "checksum/config");
	}

	private static Manifest server(List<Manifest> manifests) {
		return only(manifests, "Deployment", FULL_NAME).podSpec().container("tcp-echo");
	}

}
