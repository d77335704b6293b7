package io.tcpecho.chart;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * A rendered manifest as the tree that YAML gives.
 *
 * @param tree a map
 */
record Manifest(Object tree) {

	private static final JsonMapper MAPPER = JsonMapper.builder().build();

	String kind() {
		return text("kind");
	}

	String name() {
		return text("metadata", "name");
	}

	/** Return whether it makes the pods of the server. */
	boolean isWorkload() {
		return (kind().equals("Deployment") || kind().equals("DaemonSet"))
				&& "server".equals(get("metadata", "labels", "app.kubernetes.io/component"));
	}

	/** Return whether it is a pod or makes some. */
	boolean hasPods() {
		return Set.of("Pod", "Deployment", "DaemonSet", "Job", "CronJob").contains(kind());
	}

	/** Return what lies at a path of keys and indexes, or null if nothing does. */
	@Nullable Object get(Object... path) {
		Object value = this.tree;
		for (Object step : path) {
			if (value instanceof Map<?, ?> map) {
				value = map.get(step);
			}
			else if (value instanceof List<?> list && step instanceof Integer index && index < list.size()) {
				value = list.get(index);
			}
			else {
				return null;
			}
		}
		return value;
	}

	/** Return the text at a path. */
	String text(Object... path) {
		return Objects.requireNonNull(get(path), () -> "nothing at " + List.of(path) + " in " + this.tree).toString();
	}

	/** Return the list at a path, empty if there is none. */
	List<?> list(Object... path) {
		return (get(path) instanceof List<?> list) ? list : List.of();
	}

	/** Return the texts of the list at a path. */
	List<String> texts(Object... path) {
		return list(path).stream().map(String::valueOf).toList();
	}

	/** Return the map at a path, empty if there is none. */
	Map<Object, Object> map(Object... path) {
		return (get(path) instanceof Map<?, ?> map) ? new LinkedHashMap<>(map) : Map.of();
	}

	/** Return the manifests nested in a list, such as the containers of a pod. */
	List<Manifest> nested(Object... path) {
		return list(path).stream().map(Manifest::new).toList();
	}

	/** Return the specification of the pods, of a Pod or what makes some. */
	Manifest podSpec() {
		return new Manifest(switch (kind()) {
			case "Pod" -> map("spec");
			case "CronJob" -> map("spec", "jobTemplate", "spec", "template", "spec");
			default -> map("spec", "template", "spec");
		});
	}

	/** Return the container of a pod specification with this name. */
	Manifest container(String name) {
		return nested("containers").stream()
			.filter((container) -> container.text("name").equals(name))
			.findFirst()
			.orElseThrow(() -> new AssertionError("no container " + name));
	}

	String json() {
		return MAPPER.writeValueAsString(this.tree);
	}

	@Override
	public String toString() {
		return kind() + " " + name();
	}

}
