package io.tcpecho.chart;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

import com.marcnuri.helm.LintResult;
import io.tcpecho.settings.ProxyProtocolProperties;
import io.tcpecho.settings.TcpEchoProperties;
import io.tcpecho.settings.TlsProperties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The chart as a package: clean by Helm's own lint, of the project's version, and with a
 * schema that knows what the server knows.
 */
class ChartLintTests {

	/** Keys of a listener that are of the chart, not of the server. */
	private static final Set<String> OF_THE_CHART = Set.of("servicePort", "nodePort", "appProtocol", "tcpRoute");

	@Test
	void whenHelmLintsTheChartStrictlyItFindsNothing() {
		LintResult result = Chart.helm().lint().strict().call();
		assertThat(result.isFailed()).as("%s", result.getMessages()).isFalse();
		assertThat(result.getMessages()).noneMatch((message) -> message.matches("\\[(WARNING|ERROR)].*"));
	}

	@Test
	void whenTheChartIsPackagedItHoldsWhatUsersNeedAndNoTests(@TempDir Path directory) throws IOException {
		Chart.helm().packageIt().withDestination(directory).call();
		Path archive = directory.resolve("tcp-echo-" + version() + ".tgz");
		byte[] content;
		try (InputStream input = new GZIPInputStream(Files.newInputStream(archive))) {
			content = input.readAllBytes();
		}
		String text = new String(content, StandardCharsets.ISO_8859_1);
		assertThat(text)
			.contains("tcp-echo/values.schema.json", "tcp-echo/dashboards/tcp-echo.json",
					"tcp-echo/alerts/tcp-echo.yml", "tcp-echo/README.md", "tcp-echo/LICENSE")
			.doesNotContain("tcp-echo/ci/", "tcp-echo.test.yml");
	}

	@Test
	void whenTheChartHasALicenseItIsThatOfTheProject() {
		assertThat(Chart.DIRECTORY.resolve("LICENSE")).hasSameTextualContentAs(Path.of("LICENSE"));
	}

	@Test
	void whenThePackageLinksIntoTheRepositoryTheFileIsThere() throws IOException {
		Matcher links = Pattern
			.compile(
					"https://(?:github.com/tcp-echo/tcp-echo/(?:blob|tree)|raw.githubusercontent.com/tcp-echo/tcp-echo)"
							+ "/(?:main/)?([\\w./-]+)")
			.matcher(Files.readString(Chart.DIRECTORY.resolve("README.md"))
					+ Files.readString(Chart.DIRECTORY.resolve("Chart.yaml")));
		Set<String> files = new TreeSet<>();
		while (links.find()) {
			files.add(links.group(1));
		}
		assertThat(files).contains("docs/icon.svg", "docs/runbooks", "README.md")
			.allSatisfy((file) -> assertThat(Path.of(file)).exists());
		assertThat(Files.readString(Chart.DIRECTORY.resolve("README.md"))).doesNotContain("](../");
	}

	@Test
	void whenTheProjectHasAVersionTheChartHasIt() throws IOException {
		Matcher project = Pattern.compile("<artifactId>tcp-echo</artifactId>\\s*<version>([^<]+)</version>")
			.matcher(Files.readString(Path.of("pom.xml")));
		assertThat(project.find()).isTrue();
		assertThat(project.group(1).replace("-SNAPSHOT", "")).isEqualTo(version())
			.isEqualTo(((Map<?, ?>) Chart.yaml(Chart.DIRECTORY.resolve("Chart.yaml"))).get("appVersion"));
		assertThat(Files.readString(Chart.DIRECTORY.resolve("Chart.yaml")))
			.contains("image: ghcr.io/tcp-echo/tcp-echo:" + version() + "\n");
	}

	@Test
	void whenTheServerHasAKeyOfAListenerTheSchemaHasItAndNoOther() throws IOException {
		Set<String> known = new TreeSet<>();
		for (var component : TcpEchoProperties.Listener.class.getRecordComponents()) {
			known.add(component.getName());
		}
		JsonNode listener = schema().path("definitions").path("listener").path("properties");
		Set<String> inSchema = new TreeSet<>(listener.propertyNames());
		assertThat(inSchema).containsAll(OF_THE_CHART);
		inSchema.removeAll(OF_THE_CHART);
		assertThat(inSchema).isEqualTo(known);
		Set<String> timeouts = new TreeSet<>();
		for (var component : TcpEchoProperties.Timeouts.class.getRecordComponents()) {
			timeouts.add(component.getName());
		}
		assertThat(new TreeSet<>(listener.path("timeouts").path("properties").propertyNames())).isEqualTo(timeouts);
		assertHas(listener.path("proxyProtocol"), ProxyProtocolProperties.class);
		assertHas(listener.path("lab"), TcpEchoProperties.Lab.class);
		assertHas(listener.path("tls"), TlsProperties.class, "secretName");
	}

	@Test
	void whenTheSchemaDefinesSomethingAValueIsHeldToIt() throws IOException {
		String schema = Files.readString(Chart.DIRECTORY.resolve("values.schema.json"));
		assertThat(schema().path("definitions").propertyNames()).isNotEmpty()
			.allSatisfy((name) -> assertThat(schema).contains("\"#/definitions/" + name + '"'));
	}

	@Test
	void whenTheServerHasAListenerTheValuesHaveItWithTheSamePortAndFraming() {
		Map<?, ?> server = listeners(Path.of("application.yml"), "tcp-echo");
		Map<?, ?> chart = (Map<?, ?>) ((Map<?, ?>) Chart.yaml(Chart.DIRECTORY.resolve("values.yaml"))).get("listeners");
		assertThat(List.copyOf(chart.keySet())).hasSize(11).isEqualTo(List.copyOf(server.keySet()));
		server.forEach((name, keys) -> assertThat((Map<?, ?>) chart.get(name)).as("listener %s", name)
			.allSatisfy((key, value) -> assertThat(value)
				.isEqualTo(((Map<?, ?>) keys).get(key.equals("fixedLength") ? "fixed-length" : key))));
	}

	/** Check that an object of the schema has the keys of a record, and no others. */
	private static void assertHas(JsonNode object, Class<?> record, String... ofTheChart) {
		Stream<String> keys = Arrays.stream(record.getRecordComponents()).map(RecordComponent::getName);
		assertThat(object.path("properties").propertyNames())
			.containsExactlyInAnyOrderElementsOf(Stream.concat(keys, Stream.of(ofTheChart)).toList());
	}

	private static Map<?, ?> listeners(Path file, String root) {
		try {
			String first = Files.readString(file).split("\n---\n")[0];
			Path copy = Files.createTempFile("tcp-echo-", ".yml");
			Files.writeString(copy, first);
			Map<?, ?> all = (Map<?, ?>) Chart.yaml(copy);
			Files.delete(copy);
			return (Map<?, ?>) ((Map<?, ?>) all.get(root)).get("listeners");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static Object version() {
		return ((Map<?, ?>) Chart.yaml(Chart.DIRECTORY.resolve("Chart.yaml"))).get("version");
	}

	private static JsonNode schema() throws IOException {
		return JsonMapper.builder().build().readTree(Files.readString(Chart.DIRECTORY.resolve("values.schema.json")));
	}

}
