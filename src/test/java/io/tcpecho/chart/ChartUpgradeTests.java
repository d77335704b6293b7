package io.tcpecho.chart;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;

import com.marcnuri.helm.Helm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;

import org.springframework.util.FileSystemUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * The chart as it is used beyond a first install: upgraded from the values of an older
 * chart, and as a part of another chart.
 */
class ChartUpgradeTests {

	@TempDir
	Path directory;

	/** Maps of the values that hold keys of the chart, not of users. */
	static List<String> maps() {
		List<String> maps = new ArrayList<>();
		collect("", values(), maps);
		return maps;
	}

	private static void collect(String prefix, Map<?, ?> values, List<String> maps) {
		values.forEach((key, value) -> {
			if (value instanceof Map<?, ?> map && !map.isEmpty()) {
				String path = prefix + key;
				if (!List
					.of("listeners", "podSecurityContext", "containerSecurityContext", "updateStrategy", "resources",
							"startupProbe", "livenessProbe", "readinessProbe", "tests.resources", "canary.resources",
							"load.resources", "metrics.dashboard.labels")
					.contains(path)) {
					maps.add(path);
					collect(path + ".", map, maps);
				}
			}
		});
	}

	@Test
	void whenTheMapsOfTheValuesAreCountedThereAreMany() {
		assertThat(new TreeSet<>(maps())).contains("service.headless", "metrics.prometheusRule", "drain", "tests")
			.hasSizeGreaterThan(20);
	}

	@ParameterizedTest
	@MethodSource("maps")
	void whenAnOlderChartHadNoSuchMapAnUpgradeWithItsValuesSaysWhatToDo(String map) throws IOException {
		assertThatIllegalStateException().isThrownBy(() -> upgradeWithValuesWithout(map))
			.withMessageContaining("the values have no " + map)
			.withMessageContaining("Upgrade with --reset-then-reuse-values instead of --reuse-values");
	}

	@ParameterizedTest
	@ValueSource(strings = { "kind", "namespaceOverride", "service.trafficDistribution",
			"metrics.prometheusRule.alertLabels", "metrics.prometheusRule.alerts", "metrics.prometheusRule.runbookUrl",
			"checkConfig", "tests.targets", "monitor.mesh" })
	void whenTheFirstChartHadNoSuchValueAnUpgradeWithItsValuesSaysWhatToDo(String value) {
		assertThatIllegalStateException().isThrownBy(() -> upgradeWithValuesWithout(value))
			.withMessageContaining("Upgrade with --reset-then-reuse-values instead of --reuse-values");
	}

	@ParameterizedTest
	@ValueSource(strings = { "enabled: true", "enabled: false" })
	void whenAParentChartHasAConditionItSwitchesTheChart(String condition) throws IOException {
		Path parent = Files.createDirectory(this.directory.resolve("parent"));
		FileSystemUtils.copyRecursively(Chart.DIRECTORY, parent.resolve("charts").resolve("tcp-echo"));
		Files.writeString(parent.resolve("Chart.yaml"), """
				apiVersion: v2
				name: parent
				version: 1.0.0
				dependencies:
				  - name: tcp-echo
				    alias: echo
				    version: ">=0.0.0-0"
				    condition: echo.enabled
				""");
		Files.writeString(parent.resolve("values.yaml"), "echo: { " + condition + " }\n");
		String manifests = Objects
			.toString(new Helm(parent).template().withKubeVersion("1.35.0").withName("rel").call());
		assertThat(manifests.contains("kind: Deployment")).isEqualTo(condition.endsWith("true"));
		assertThat(manifests.contains("name: rel-echo")).isEqualTo(condition.endsWith("true"));
	}

	/**
	 * Render with the values of a chart that had not this one, as --reuse-values does.
	 */
	private void upgradeWithValuesWithout(String path) throws IOException {
		Path chart = this.directory.resolve("tcp-echo");
		FileSystemUtils.copyRecursively(Chart.DIRECTORY, chart);
		Map<Object, Object> values = values();
		Map<Object, Object> parent = values;
		String[] steps = path.split("\\.");
		for (int i = 0; i < steps.length - 1; i++) {
			parent = map(parent.get(steps[i]));
		}
		assertThat(parent.remove(steps[steps.length - 1])).isNotNull();
		Files.writeString(chart.resolve("values.yaml"), new Yaml().dump(values));
		new Helm(chart).template().withKubeVersion("1.35.0").withName(Chart.RELEASE).call();
	}

	private static Map<Object, Object> values() {
		return new LinkedHashMap<>((Map<?, ?>) Chart.yaml(Chart.DIRECTORY.resolve("values.yaml")));
	}

	@SuppressWarnings("unchecked")
	private static Map<Object, Object> map(Object value) {
		return (Map<Object, Object>) value;
	}

}
