package io.tcpecho.chart;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.tcpecho.TcpEchoApplication;
import io.tcpecho.monitor.MonitorProperties;
import io.tcpecho.settings.StartRehearsal;
import io.tcpecho.settings.TcpEchoProperties;
import io.tcpecho.testing.Peer;
import io.tcpecho.testing.Peer.End;
import io.tcpecho.testing.Peer.Reply;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.Environment;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The configuration that the chart gives, taken by the application itself: the same
 * environment variables, files and arguments as in the pod, only with free ports.
 */
@ExtendWith(OutputCaptureExtension.class)
class ChartConfigurationTests {

	private static final String MOUNT = "/etc/tcp-echo/";

	@TempDir
	Path directory;

	@BeforeAll
	static void keepTheLogQuietAndAsItIs() {
		BootLog.quiet();
	}

	@AfterAll
	static void letTheLogSpeak() {
		BootLog.restore();
	}

	@ParameterizedTest
	@CsvSource({ "default, 20, eof", "all-framings, 20, crlf eof fixed length length1 length2 line stream" })
	void whenAPodStartsWithTheConfigMapItsListenersAreThoseOfTheValues(String valueSet, int drain, String listeners)
			throws IOException {
		Manifest container = container(valueSet);
		write("config/application.yml",
				Chart.only(Chart.render(valueSet), "ConfigMap", Chart.FULL_NAME).text("data", "application.yml"));
		try (ConfigurableApplicationContext context = start(container, listeners.split(" "))) {
			Environment environment = context.getEnvironment();
			assertThat(environment.getActiveProfiles()).contains("kubernetes");
			assertThat(environment.getProperty("server.address")).isEqualTo("0.0.0.0");
			TcpEchoProperties properties = context.getBean(TcpEchoProperties.class);
			assertThat(properties.drain().timeout()).hasSeconds(drain);
			assertThat(properties.listeners().entrySet().stream().filter((entry) -> entry.getValue().enabled()))
				.extracting(Map.Entry::getKey)
				.containsExactlyInAnyOrder(listeners.split(" "));
			assertThat(container.nested("ports")).extracting((port) -> port.text("name"))
				.containsAll(List.of(listeners.split(" ")))
				.hasSize(listeners.split(" ").length + 1);
			for (String listener : listeners.split(" ")) {
				assertThat(environment.getProperty("local.tcp-echo." + listener + ".port", Integer.class))
					.as("port of %s", listener)
					.isPositive();
			}
		}
	}

	@Test
	void whenAListenerIsOfTheValuesItEchoesWithTheirLimits() throws IOException {
		write("config/application.yml",
				Chart.only(Chart.render("tuned"), "ConfigMap", Chart.FULL_NAME).text("data", "application.yml"));
		try (ConfigurableApplicationContext context = start(container("tuned"), "big-messages", "blocks")) {
			TcpEchoProperties.Listener listener = context.getBean(TcpEchoProperties.class)
				.listeners()
				.get("big-messages");
			assertThat(listener.maxMessageSize().toMegabytes()).isOne();
			assertThat(listener.onOversize()).isEqualTo(TcpEchoProperties.OnOversize.TRUNCATE);
			assertThat(listener.timeouts().service()).hasMillis(1500);
			assertThat(context.getBean(TcpEchoProperties.class).drain().timeout()).hasSeconds(45);
			assertThat(context.getEnvironment().getProperty("spring.lifecycle.timeout-per-shutdown-phase"))
				.isEqualTo("3s");
			byte[] message = new byte[(1 << 20) + 1];
			Reply reply = Peer.exchange(port(context, "big-messages"), message);
			assertThat(reply.bytes()).hasSize(1 << 20);
			assertThat(reply.end()).isEqualTo(End.FIN);
		}
	}

	@Test
	void whenConfigurationAndSecretsExistTheServerReadsThem() throws IOException {
		write("config/application.yml", """
				tcp-echo:
				  drain: { timeout: 7s }
				""");
		write("secret/tcp-echo.buffer-wait", "3s");
		write("operator/spring.security.user.name", "olga");
		write("operator/spring.security.user.password", "secret");
		try (ConfigurableApplicationContext context = start(container("existing"), "eof")) {
			TcpEchoProperties properties = context.getBean(TcpEchoProperties.class);
			assertThat(properties.drain().timeout()).hasSeconds(7);
			assertThat(properties.bufferWait()).hasSeconds(3);
			assertThat(context.getEnvironment().getProperty("spring.security.user.name")).isEqualTo("olga");
			assertThat(context.getEnvironment().getProperty("spring.security.user.password")).isEqualTo("secret");
			assertThat(context.getEnvironment().getProperty("spring.security.user.roles")).isEqualTo("OPERATOR");
			byte[] message = "hello".getBytes(StandardCharsets.US_ASCII);
			assertThat(Peer.exchange(port(context, "eof"), message)).isEqualTo(new Reply(message, End.FIN));
		}
	}

	@Test
	void whenTheReplicasWatchEachOtherTheServerHasTheTargetsOfTheValues() throws IOException {
		List<Manifest> manifests = Chart.render("mesh");
		write("config/application.yml",
				Chart.only(manifests, "ConfigMap", Chart.FULL_NAME).text("data", "application.yml"));
		Manifest container = Chart.workload(manifests).podSpec().container("tcp-echo");
		try (ConfigurableApplicationContext context = start(container, "eof", "lab")) {
			MonitorProperties monitor = context.getBean(MonitorProperties.class);
			assertThat(monitor.allow()).containsExactly("10.0.0.0/8", "*.example.com");
			assertThat(monitor.targets().values()).filteredOn((target) -> target.target() != null)
				.allSatisfy((target) -> assertThat(target.interval()).hasSeconds(5))
				.extracting(MonitorProperties.Target::target)
				.containsExactlyInAnyOrder(Chart.FULL_NAME + ".lab:7", "dns:" + Chart.FULL_NAME + "-headless.lab:7007");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "default", "existing", "extras", "tls" })
	void whenTheConfigurationIsCheckedTheContainerHasWhatTheServerHas(String valueSet) {
		Manifest pod = Chart.workload(Chart.render(valueSet)).podSpec();
		Manifest server = pod.container("tcp-echo");
		List<Manifest> first = pod.nested("initContainers");
		Manifest check = first.get(first.size() - 1);
		assertThat(check.text("name")).isEqualTo("check-config");
		for (String field : List.of("image", "imagePullPolicy", "env", "envFrom", "resources", "volumeMounts",
				"securityContext", "terminationMessagePolicy")) {
			assertThat(check.get(field)).as(field).isEqualTo(server.get(field));
		}
		List<Object> arguments = new ArrayList<>(List.of("check-config"));
		arguments.addAll(server.list("args"));
		arguments.add("--logging.structured.format.console=");
		assertThat(check.get("args")).isEqualTo(arguments);
		assertThat(server.text("terminationMessagePolicy")).isEqualTo("FallbackToLogsOnError");
	}

	@Test
	void whenNoCheckIsWantedThePodHasNone() {
		assertThat(Chart.workload(Chart.renderWith("checkConfig.enabled=false")).podSpec().get("initContainers"))
			.isNull();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					config.tcp-echo.max-buffered=1KB           | tcp-echo.max-buffered is 1024 bytes, and must be at least 65536 (
					config.tcp-echo.identity.nodes=a           | is not a property of tcp-echo
					listeners.eof.tls.bundle=web tests.enabled=false | tcp-echo.listeners.eof.tls.bundle
					listeners.eof.proxyProtocol.from[0]=10.0.0.300/8 listeners.eof.proxyProtocol.mode=required tests.enabled=false | 10.0.0.300/8
					""")
	void whenTheApplicationWouldRefuseWhatTheChartTakesTheCheckSaysWhatItIs(String values, String message,
			CapturedOutput output) throws IOException {
		List<Manifest> manifests = Chart.renderWith(values.split(" +"));
		write("config/application.yml",
				Chart.only(manifests, "ConfigMap", Chart.FULL_NAME).text("data", "application.yml"));
		BootLog.restore();
		boolean accepted = StartRehearsal.succeeds(TcpEchoApplication.class, "--spring.profiles.active=kubernetes",
				"--spring.config.additional-location=file:" + this.directory + "/config/",
				"--logging.structured.format.console=");
		BootLog.quiet();
		assertThat(accepted).isFalse();
		assertThat(output.getOut()).contains(message).doesNotContain("{\"@timestamp\"");
	}

	private ConfigurableApplicationContext start(Manifest container, String... listeners) {
		Map<String, Object> variables = new HashMap<>();
		for (Manifest variable : container.nested("env")) {
			// The cluster fills in names of the pod.
			String value = (variable.get("valueFrom") == null) ? variable.text("value")
					: variable.text("valueFrom", "fieldRef", "fieldPath");
			variables.put(variable.text("name"), value.replace(MOUNT, this.directory.toAbsolutePath() + "/"));
		}
		StandardEnvironment environment = new StandardEnvironment();
		String name = StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME;
		environment.getPropertySources().replace(name, new SystemEnvironmentPropertySource(name, variables));
		List<String> arguments = new ArrayList<>(List.of("--server.port=0", "--tcp-echo.drain.delay=0s"));
		arguments.add("--spring.main.web-application-type=none");
		for (String listener : listeners) {
			arguments.add("--tcp-echo.listeners." + listener + ".port=0");
		}
		return new SpringApplicationBuilder(TcpEchoApplication.class).environment(environment)
			.registerShutdownHook(false)
			.run(arguments.toArray(String[]::new));
	}

	private static Manifest container(String valueSet) {
		return Chart.only(Chart.render(valueSet), "Deployment", Chart.FULL_NAME).podSpec().container("tcp-echo");
	}

	private static int port(ConfigurableApplicationContext context, String listener) {
		return context.getEnvironment().getRequiredProperty("local.tcp-echo." + listener + ".port", Integer.class);
	}

	private void write(String file, String content) throws IOException {
		Path path = this.directory.resolve(file);
		Files.createDirectories(path.getParent());
		Files.writeString(path, content);
	}

}
