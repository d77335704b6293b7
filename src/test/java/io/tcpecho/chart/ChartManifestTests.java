package io.tcpecho.chart;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * What holds of every manifest, whatever the values.
 */
class ChartManifestTests {

	/**
	 * Pods of these value sets are not restricted, because that is what the set is for.
	 */
	private static final Set<String> UNRESTRICTED = Set.of("host-network");

	static List<String> valueSets() {
		return Chart.valueSets();
	}

	@Test
	void whenTheValueSetsAreCountedThereAreMoreThanADozen() {
		assertThat(valueSets()).hasSizeGreaterThan(12).contains("default");
	}

	@Test
	void whenTheChartIsInstalledAsItIsItMakesOnlyWhatItNeeds() {
		assertThat(Chart.kinds(Chart.render("default"))).containsExactly("ConfigMap", "Deployment", "Pod", "Service",
				"ServiceAccount");
	}

	@ParameterizedTest
	@MethodSource("valueSets")
	void whenAManifestIsReadByItsOfficialModelItHasNothingUnknownOrMissing(String valueSet) throws Exception {
		for (Manifest manifest : Chart.render(valueSet)) {
			assertThat(Models.read(manifest)).as(manifest.toString()).isNotNull();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "Deployment", "Service", "Pod", "ServiceMonitor", "PrometheusRule" })
	void whenAFieldIsUnknownItsModelRefusesIt(String kind) {
		Manifest manifest = Chart.render("service-monitor")
			.stream()
			.filter((candidate) -> candidate.kind().equals(kind))
			.findFirst()
			.orElseThrow();
		Map<Object, Object> spec = manifest.map("spec");
		spec.put("replicsa", 3);
		Map<Object, Object> tree = manifest.map();
		tree.put("spec", spec);
		assertThatException().isThrownBy(() -> Models.read(new Manifest(tree))).withMessageContaining("replicsa");
	}

	@ParameterizedTest
	@MethodSource("valueSets")
	void whenManifestsAreMadeEachHasANameOfItsOwnAndTheLabelsOfTheRelease(String valueSet) {
		Set<String> names = new HashSet<>();
		for (Manifest manifest : Chart.render(valueSet)) {
			assertThat(names.add(manifest.toString())).as("%s is there once", manifest).isTrue();
			assertThat(manifest.name()).matches("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
			if (!manifest.name().endsWith("-extra")) {
				assertThat(manifest.map("metadata", "labels").get("app.kubernetes.io/instance")).isEqualTo("rel");
				assertThat(manifest.map("metadata", "labels").get("app.kubernetes.io/managed-by")).isEqualTo("Helm");
				assertThat(manifest.map("metadata", "labels").get("app.kubernetes.io/component")).isNotNull();
			}
		}
	}

	@ParameterizedTest
	@MethodSource("valueSets")
	void whenPodsAreMadeTheyMeetTheRestrictedPodSecurityStandard(String valueSet) {
		List<Manifest> pods = pods(valueSet).toList();
		assertThat(pods).isNotEmpty();
		for (Manifest pod : pods) {
			if (!UNRESTRICTED.contains(valueSet)) {
				assertThat(pod.get("hostNetwork")).isNull();
			}
			assertThat(pod.get("hostPID")).isNull();
			assertThat(pod.get("hostIPC")).isNull();
			assertThat(pod.get("securityContext", "runAsNonRoot")).isEqualTo(true);
			assertThat(pod.get("securityContext", "runAsUser")).isIn(null, 65532);
			assertThat(pod.get("securityContext", "seccompProfile", "type")).isEqualTo("RuntimeDefault");
			assertThat(pod.get("securityContext", "sysctls")).isNull();
			assertThat(pod.get("automountServiceAccountToken")).isEqualTo(false);
			assertThat(pod.get("enableServiceLinks")).isEqualTo(false);
			assertThat(pod.nested("volumes")).allSatisfy((volume) -> assertThat(volume.get("hostPath")).isNull());
			Stream.concat(pod.nested("initContainers").stream(), pod.nested("containers").stream())
				.forEach((container) -> {
					assertThat(container.get("securityContext", "allowPrivilegeEscalation")).isEqualTo(false);
					assertThat(container.get("securityContext", "capabilities", "drop")).isEqualTo(List.of("ALL"));
					assertThat(container.get("securityContext", "capabilities", "add")).isNull();
					assertThat(container.get("securityContext", "privileged")).isIn(null, false);
					assertThat(container.get("securityContext", "procMount")).isNull();
					assertThat(container.get("securityContext", "runAsUser")).isNull();
					assertThat(container.nested("ports"))
						.allSatisfy((port) -> assertThat(port.get("hostPort")).isNull());
				});
			pod.nested("containers")
				.stream()
				.filter((container) -> container.text("image").contains("tcp-echo"))
				.forEach((container) -> assertThat(container.get("securityContext", "readOnlyRootFilesystem"))
					.isEqualTo(true));
		}
	}

	@ParameterizedTest
	@MethodSource("valueSets")
	void whenObjectsReferToOthersTheseExist(String valueSet) {
		List<Manifest> manifests = Chart.render(valueSet);
		Manifest deployment = deployment(manifests);
		Map<Object, Object> podLabels = deployment.map("spec", "template", "metadata", "labels");
		assertThat(podLabels.entrySet()).containsAll(deployment.map("spec", "selector", "matchLabels").entrySet());
		List<String> ports = deployment.podSpec()
			.container("tcp-echo")
			.nested("ports")
			.stream()
			.map((port) -> port.text("name"))
			.toList();
		manifests.stream().filter((manifest) -> manifest.kind().equals("Service")).forEach((service) -> {
			assertThat(podLabels.entrySet()).as("selector of %s", service)
				.containsAll(service.map("spec", "selector").entrySet());
			assertThat(service.nested("spec", "ports")).isNotEmpty()
				.allSatisfy((port) -> assertThat(ports).contains(port.text("targetPort")));
		});
		manifests.stream()
			.filter((manifest) -> Set.of("NetworkPolicy", "PodMonitor", "PodDisruptionBudget")
				.contains(manifest.kind()))
			.forEach((manifest) -> {
				String selector = manifest.kind().equals("NetworkPolicy") ? "podSelector" : "selector";
				assertThat(podLabels.entrySet()).as("selector of %s", manifest)
					.containsAll(manifest.map("spec", selector, "matchLabels").entrySet());
				assertThat(manifest.map("spec", selector, "matchLabels")).isNotEmpty();
			});
		Set<String> volumes = new HashSet<>(
				deployment.podSpec().nested("volumes").stream().map((volume) -> volume.text("name")).toList());
		assertThat(deployment.podSpec().container("tcp-echo").nested("volumeMounts"))
			.allSatisfy((mount) -> assertThat(volumes).contains(mount.text("name")));
		assertThat(deployment.podSpec().container("tcp-echo").nested("volumeMounts"))
			.anySatisfy((mount) -> assertThat(mount.text("mountPath")).isEqualTo("/tmp"));
	}

	@ParameterizedTest
	@MethodSource("valueSets")
	void whenAPodEndsTheGracePeriodIsEnoughForPreStopAndDrain(String valueSet) {
		Manifest pod = deployment(Chart.render(valueSet)).podSpec();
		Object sleep = pod.container("tcp-echo").get("lifecycle", "preStop", "sleep", "seconds");
		int preStop = (sleep != null) ? (int) sleep : 0;
		int grace = Integer.parseInt(pod.text("terminationGracePeriodSeconds"));
		switch (valueSet) {
			// 15 s of sleep, 1500 ms of delay, 2 min of drain, 5 s for the rest.
			case "availability" -> assertThat(List.of(preStop, grace)).containsExactly(15, 15 + 2 + 120 + 5);
			case "tuned" -> assertThat(List.of(preStop, grace)).containsExactly(0, 90);
			default -> assertThat(List.of(preStop, grace)).containsExactly(5, 5 + 20 + 5);
		}
	}

	private static Stream<Manifest> pods(String valueSet) {
		return Chart.render(valueSet).stream().filter(Manifest::hasPods).map(Manifest::podSpec);
	}

	private static Manifest deployment(List<Manifest> manifests) {
		return Chart.workload(manifests);
	}

}
