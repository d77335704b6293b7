package io.tcpecho.chart;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.TemplateCommand;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

import org.springframework.util.FileSystemUtils;

/**
 * The chart of this repository, rendered by Helm as release {@value #RELEASE} in
 * namespace {@value #NAMESPACE}.
 */
final class Chart {

	static final Path DIRECTORY = Path.of("helm", "tcp-echo");

	/** What makes a manifest a test, which Helm renders apart from the others. */
	static final String HOOK = "\"helm.sh/hook\" \"test\"";

	static final String RELEASE = "rel";

	static final String NAMESPACE = "lab";

	static final String FULL_NAME = "rel-tcp-echo";

	private static final Map<String, List<Manifest>> RENDERED = new LinkedHashMap<>();

	private Chart() {
	}

	/** Return Helm for the chart. */
	static Helm helm() {
		return new Helm(DIRECTORY);
	}

	/** Return the names of the value sets below ci. */
	static List<String> valueSets() {
		try (Stream<Path> files = Files.list(DIRECTORY.resolve("ci"))) {
			return files.map((file) -> file.getFileName().toString())
				.filter((name) -> name.endsWith("-values.yaml"))
				.map((name) -> name.replace("-values.yaml", ""))
				.sorted()
				.toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Return the manifests that a value set gives. */
	static synchronized List<Manifest> render(String valueSet) {
		return RENDERED.computeIfAbsent(valueSet, (name) -> renderAs(RELEASE, name));
	}

	/** Return the manifests that a value set gives a release of another name. */
	static List<Manifest> renderAs(String release, String valueSet) {
		return manifests(template().withName(release)
			.withValuesFile(DIRECTORY.resolve("ci").resolve(valueSet + "-values.yaml"))
			.call());
	}

	/**
	 * Return the manifests that values give, each as on the command line of Helm.
	 * @throws IllegalStateException if Helm refuses them
	 */
	static List<Manifest> renderWith(String... values) {
		return renderAs(RELEASE, values);
	}

	/** Return the manifests that values give a release of another name. */
	static List<Manifest> renderAs(String release, String[] values) {
		TemplateCommand template = template().withName(release);
		for (String value : values) {
			int equals = value.indexOf('=');
			template.set(value.substring(0, equals), value.substring(equals + 1));
		}
		return manifests(template.call());
	}

	/** Return the only manifest of a kind and a name. */
	static Manifest only(List<Manifest> manifests, String kind, String name) {
		List<Manifest> found = manifests.stream()
			.filter((manifest) -> manifest.kind().equals(kind) && manifest.name().equals(name))
			.toList();
		if (found.size() != 1) {
			throw new AssertionError(found.size() + " of " + kind + " " + name + " in "
					+ manifests.stream().map((manifest) -> manifest.kind() + " " + manifest.name()).toList());
		}
		return found.get(0);
	}

	/** Return the workload, a Deployment or a DaemonSet. */
	static Manifest workload(List<Manifest> manifests) {
		return manifests.stream().filter(Manifest::isWorkload).findFirst().orElseThrow();
	}

	/** Return the kinds, sorted. */
	static List<String> kinds(List<Manifest> manifests) {
		return manifests.stream().map(Manifest::kind).sorted().toList();
	}

	/** Return a file as YAML. */
	static Object yaml(Path file) {
		try {
			return yaml().load(Files.readString(file));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static TemplateCommand template() {
		return new Helm(WithoutHooks.DIRECTORY).template().withNamespace(NAMESPACE).withKubeVersion("1.35.0");
	}

	/** Return the manifests of a text. */
	static List<Manifest> manifests(String text) {
		return StreamSupport.stream(yaml().loadAll(text).spliterator(), false)
			.filter((document) -> document != null)
			.map(Manifest::new)
			.toList();
	}

	private static Yaml yaml() {
		LoaderOptions options = new LoaderOptions();
		options.setAllowDuplicateKeys(false);
		return new Yaml(new SafeConstructor(options));
	}

	/**
	 * A copy of the chart whose tests are ordinary manifests: this binding of Helm leaves
	 * hooks out of what it renders.
	 */
	private static final class WithoutHooks {

		static final Path DIRECTORY = copy();

		private static Path copy() {
			// A directory of its own for each process that runs tests.
			Path copy = Path.of("target", "chart-" + ProcessHandle.current().pid(), "tcp-echo");
			try {
				FileSystemUtils.deleteRecursively(copy);
				FileSystemUtils.copyRecursively(Chart.DIRECTORY, copy);
				Path test = copy.resolve("templates").resolve("tests").resolve("probe.yaml");
				Files.writeString(test, Files.readString(test).replace(HOOK, "\"tcp-echo/was\" \"a test\""));
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
			return copy;
		}

	}

}
