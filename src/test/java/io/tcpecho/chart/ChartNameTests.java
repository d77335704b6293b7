package io.tcpecho.chart;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the objects of a release are called whose own name is as long as Helm takes one,
 * 53 characters.
 */
class ChartNameTests {

	/** Character 50, at which the chart cuts, is a dash. */
	private static final String LONGEST = "a-release-whose-name-has-as-many-characters-as-it-can";

	/** The longest name of a listener, that of a port in Kubernetes. */
	private static final String LISTENER = "fifteen-letters";

	static List<String> valueSets() {
		return Chart.valueSets();
	}

	@ParameterizedTest
	@MethodSource("valueSets")
	void whenTheNameOfTheReleaseIsTheLongestThatHelmTakesThoseOfItsObjectsAreValid(String valueSet) {
		assertNames(Chart.renderAs(LONGEST, valueSet));
	}

	@Test
	void whenTheNameOfAListenerIsTheLongestTooThoseOfItsPodsAndRoutesAreValid() {
		List<Manifest> manifests = Chart.renderAs(LONGEST,
				new String[] { "listeners." + LISTENER + ".port=7", "tcpRoute.enabled=true",
						"tcpRoute.parentRefs[0].name=g", "tests.nodes[0]=a", "tests.nodes[1]=b", "canary.enabled=true",
						"canary.targets[0]=a:7", "metrics.dashboard.enabled=true", "management.service.enabled=true" });
		assertNames(manifests);
		assertThat(manifests).extracting(Manifest::name)
			.anyMatch((name) -> name.endsWith("-test-" + LISTENER + "-1"))
			.anyMatch((name) -> name.endsWith("-canary"))
			.anyMatch((name) -> name.endsWith("-management"));
	}

	private static void assertNames(List<Manifest> manifests) {
		assertThat(LONGEST).hasSize(53);
		Set<String> names = new HashSet<>();
		for (Manifest manifest : manifests) {
			assertThat(names.add(manifest.toString())).as("%s is there once", manifest).isTrue();
			assertThat(manifest.name()).as(manifest.toString())
				.matches(manifest.kind().equals("Service") ? "[a-z]([a-z0-9-]*[a-z0-9])?"
						: "[a-z0-9]([a-z0-9.-]*[a-z0-9])?")
				// A CronJob appends 11 characters to the names of its Jobs.
				.hasSizeLessThanOrEqualTo(manifest.kind().equals("CronJob") ? 52 : 63);
			for (String label : labels(manifest.tree())) {
				assertThat(label).as(manifest.toString()).matches("([A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?");
			}
		}
	}

	/** Return the values of all labels and selectors in a tree. */
	private static List<String> labels(Object tree) {
		List<String> labels = new ArrayList<>();
		if (tree instanceof Map<?, ?> map) {
			map.forEach((key, value) -> {
				if (Set.of("labels", "matchLabels").contains(key) && value instanceof Map<?, ?> found) {
					found.values().forEach((label) -> labels.add(String.valueOf(label)));
				}
				labels.addAll(labels(value));
			});
		}
		else if (tree instanceof List<?> list) {
			list.forEach((element) -> labels.addAll(labels(element)));
		}
		return labels;
	}

}
