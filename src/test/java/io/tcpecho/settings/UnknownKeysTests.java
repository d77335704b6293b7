package io.tcpecho.settings;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.tcpecho.actuate.ManagementProperties;
import io.tcpecho.actuate.SelfCheckProperties;
import io.tcpecho.client.EchoClientProperties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.SimpleCommandLinePropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.io.ByteArrayResource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which keys are taken for mistyped ones, in every source of the environment.
 */
class UnknownKeysTests {

	private final UnknownKeys unknownKeys = new UnknownKeys(List.of(EchoClientProperties.class,
			ManagementProperties.class, SelfCheckProperties.class, TcpEchoProperties.class, String.class));

	@ParameterizedTest
	@ValueSource(strings = { "TCPECHO_LISTENERS_EOF_PORT", "TCPECHO_LISTENERS_EOF_ENABLED",
			"TCPECHO_LISTENERS_EOF_TIMEOUTS_IDLE", "TCPECHO_LISTENERS_EOF_TIMEOUTS_MESSAGE",
			"TCPECHO_LISTENERS_EOF_MAXMESSAGESIZE", "TCPECHO_LISTENERS_EOF_MAXCONNECTIONSPERADDRESS",
			"TCPECHO_LISTENERS_EOF_MINWRITERATE", "TCPECHO_LISTENERS_ANOTHER_PORT", "TCPECHO_MAXBUFFERED",
			"TCPECHO_BUFFERWAIT", "TCPECHO_DRAIN_DELAY", "TCPECHO_DRAIN_TIMEOUT", "TCPECHO_CLIENT_HOST",
			"TCPECHO_CLIENT_CONNECTTIMEOUT", "TCPECHO_MANAGEMENT_UNPROTECTED", "TCPECHO_SELFCHECK_TIMEOUT",
			"TCPECHO_MANAGEMENT_PUBLICENDPOINTS", "TCPECHO_MANAGEMENT_PUBLICENDPOINTS_0" })
	void whenAnEnvironmentVariableNamesAPropertyItIsAllowed(String name) {
		assertThat(findInEnvironment(name)).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "TCPECHO_LISTENERS_EOF_PROT", "TCPECHO_LISTENERS_EOF_TIMEOUTS_IDEL",
			"TCPECHO_LISTENERS_EOF_TIMEOUTS", "TCPECHO_LISTENERS_EOF_MAX_CONNECTIONS", "TCPECHO_LISTENERS_EOF",
			"TCPECHO_LISTENERS_EOF_PORT_NUMBER", "TCPECHO_LISTENER_EOF_PORT", "TCPECHO_MAX_BUFFERED", "TCPECHO_PORT",
			"TCPECHO_LISTENERS", "TCP_ECHO_LISTENERS_EOF_PROT", "TCP_ECHO_LISTENERS_EOF_PORT", "TCP_ECHO_MAX_BUFFERED",
			"TCP_ECHO_DRAIN_DELAY", "TCPECHO_DRAIN", "TCPECHO_DRAIN_DELAYS", "TCPECHO_", "TCPECHO_CLIENT",
			"TCPECHO_CLIENT_TIMEOUT", "TCP_ECHO_CLIENT_HOST", "TCP_ECHO_SELF_CHECK_ENABLED",
			"TCPECHO_MANAGEMENT_PUBLICENDPOINTS_X", "TCPECHO_MAXBUFFERED_0" })
	void whenAnEnvironmentVariableNamesNoPropertyItIsFound(String name) {
		assertThat(findInEnvironment(name)).satisfiesExactly((problem) -> assertThat(problem)
			.matches("environment variable " + name + " is not a property of tcp-echo(; did you mean \\w+\\?)?"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "PATH", "TCPECHO", "TCPECHOES_PORT", "MY_TCPECHO_PORT", "SERVER_PORT",
			// What Kubernetes sets for a service of the name tcp-echo.
			"TCP_ECHO_SERVICE_HOST", "TCP_ECHO_PORT_7007_TCP_ADDR" })
	void whenAnEnvironmentVariableIsUnrelatedItIsIgnored(String name) {
		assertThat(findInEnvironment(name)).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "tcp-echo.listeners.eof.port", "tcp-echo.listeners.eof.max-message-size",
			"tcp-echo.listeners.eof.maxMessageSize", "tcp-echo.listeners.my-echo.timeouts.idle",
			"tcpEcho.listeners.eof.timeouts.idle", "tcpecho.max-buffered", "tcp-echo.maxBuffered",
			"tcp-echo.buffer-wait", "tcp-echo.drain.delay", "tcp-echo.max_buffered", "tcp_echo.max-buffered" })
	void whenASystemPropertyNamesAPropertyItIsAllowed(String name) {
		assertThat(findInSystemProperties(name)).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "tcp-echo.listeners.eof.prot", "tcp-echo.listeners.eof.max-mesage-size",
			"tcpEcho.listeners.eof.maxMesageSize", "tcp-echo.listeners.my-echo.timeouts.idel",
			"tcp-echo.listeners.eof.timeouts", "tcp-echo.listeners.eof", "tcp-echo.port", "tcp-echo.max-bufered",
			"tcp_echo.listeners.eof.prot", "tcp-echo.drain", "TCP-ECHO.DRAIN.DELAYS" })
	void whenASystemPropertyNamesNoPropertyItIsFound(String name) {
		assertThat(findInSystemProperties(name))
			.satisfiesExactly((problem) -> assertThat(problem).matches("system property " + Pattern.quote(name)
					+ " is not a property of tcp-echo(; did you mean [a-zA-Z.-]+\\?)?"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "java.version", "tcp-echo", "tcp-echoes.port", "local.tcp-echo.eof.port", "server.port" })
	void whenASystemPropertyIsUnrelatedItIsIgnored(String name) {
		assertThat(findInSystemProperties(name)).isEmpty();
	}

	@Test
	void whenThereAreSeveralUnknownKeysAllAreFoundInTheOrderOfTheirNames() {
		assertThat(find(List.of("TCPECHO_B", "TCPECHO_A", "TCPECHO_MAXBUFFERED"), List.of("tcp-echo.d", "tcp-echo.c")))
			.containsExactly("environment variable TCPECHO_A is not a property of tcp-echo",
					"environment variable TCPECHO_B is not a property of tcp-echo",
					"system property tcp-echo.c is not a property of tcp-echo",
					"system property tcp-echo.d is not a property of tcp-echo");
	}

	@ParameterizedTest
	@CsvSource({ "tcp-echo.listeners.eof.prot, tcp-echo.listeners.eof.port",
			"tcp-echo.listeners.my-echo.idle, tcp-echo.listeners.my-echo.timeouts.idle",
			"tcp-echo.listeners.eof.timeouts.port, tcp-echo.listeners.eof.port",
			"tcp-echo.listeners.eof.maxMesageSize, tcp-echo.listeners.eof.max-message-size",
			"tcp-echo.listener.eof.port, tcp-echo.listeners.eof.port", "tcp-echo.drane.delay, tcp-echo.drain.delay",
			"tcp-echo.backlog, tcp-echo.listeners.NAME.backlog",
			"tcp-echo.selfcheck.enable, tcp-echo.self-check.enabled",
			"tcp-echo.management.public-endpoint, tcp-echo.management.public-endpoints" })
	void whenAKeyIsNearlyAPropertyThatIsSuggested(String name, String suggestion) {
		assertThat(findInSystemProperties(name)).containsExactly(
				"system property " + name + " is not a property of tcp-echo; did you mean " + suggestion + "?");
	}

	@ParameterizedTest
	@CsvSource({ "TCPECHO_LISTENERS_EOF_MAX_CONNECTIONS, TCPECHO_LISTENERS_EOF_MAXCONNECTIONS",
			"TCP_ECHO_LISTENERS_EOF_PORT, TCPECHO_LISTENERS_EOF_PORT", "TCP_ECHO_MAX_BUFFERED, TCPECHO_MAXBUFFERED",
			"TCPECHO_DRAIN_TIMEUOT, TCPECHO_DRAIN_TIMEOUT" })
	void whenAVariableIsNearlyAPropertyTheVariableIsSuggested(String name, String suggestion) {
		assertThat(findInEnvironment(name)).containsExactly(
				"environment variable " + name + " is not a property of tcp-echo; did you mean " + suggestion + "?");
	}

	@ParameterizedTest
	@ValueSource(strings = { "tcp-echo.limit", "tcp-echo.drain", "tcp-echo.listeners.eof.colour",
			"tcp-echo.client.timeout" })
	void whenAKeyIsLikeNoPropertyNoneIsSuggested(String name) {
		assertThat(findInSystemProperties(name))
			.containsExactly("system property " + name + " is not a property of tcp-echo");
	}

	@Test
	void whenAFileHasUnknownKeysTheirLinesAreNamed() throws IOException {
		String file = """
				tcp-echo:
				  drain:
				  listeners:
				    eof:
				      port: 7007
				      prot: 7008
				  management:
				    public-endpoints: [ health, info ]
				  colours: [ red ]
				""";
		StandardEnvironment environment = environment(List.of(), List.of());
		new YamlPropertySourceLoader()
			.load("file", new NamedResource("file [application.yml]", file.getBytes(StandardCharsets.UTF_8)))
			.forEach(environment.getPropertySources()::addFirst);
		assertThat(this.unknownKeys.find(environment)).containsExactly(
				"tcp-echo.colours[0] (file [application.yml], line 9) is not a property of tcp-echo",
				"tcp-echo.listeners.eof.prot (file [application.yml], line 6) is not a property of tcp-echo;"
						+ " did you mean tcp-echo.listeners.eof.port?");
	}

	@Test
	void whenArgumentsAndJsonHaveUnknownKeysTheirSourceIsNamed() {
		StandardEnvironment environment = environment(List.of(), List.of());
		environment.getPropertySources()
			.addFirst(new SimpleCommandLinePropertySource("--tcp-echo.buffer-wiat=1s", "--tcp-echo.drain.delay=1s"));
		environment.getPropertySources()
			.addLast(new MapPropertySource("spring.application.json", Map.of("tcp-echo.client.hots", "a")));
		environment.getPropertySources().addLast(new MapPropertySource("another", Map.of("tcpEcho.colour", "red")));
		assertThat(this.unknownKeys.find(environment)).containsExactly(
				"argument --tcp-echo.buffer-wiat is not a property of tcp-echo;"
						+ " did you mean tcp-echo.buffer-wait?",
				"tcp-echo.client.hots (SPRING_APPLICATION_JSON) is not a property of tcp-echo;"
						+ " did you mean tcp-echo.client.host?",
				"tcpEcho.colour (another) is not a property of tcp-echo");
	}

	@Test
	void whenTheEnvironmentIsThatOfThisProcessNothingIsFound() {
		assertThat(this.unknownKeys.find(new StandardEnvironment())).isEmpty();
	}

	private List<String> findInEnvironment(String... names) {
		return find(Arrays.asList(names), List.of());
	}

	private List<String> findInSystemProperties(String... names) {
		return find(List.of(), Arrays.asList(names));
	}

	private List<String> find(List<String> variables, List<String> properties) {
		return this.unknownKeys.find(environment(variables, properties));
	}

	private static StandardEnvironment environment(List<String> variables, List<String> properties) {
		StandardEnvironment environment = new StandardEnvironment();
		MutablePropertySources sources = environment.getPropertySources();
		sources.replace(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
				new SystemEnvironmentPropertySource(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
						values(variables)));
		sources.replace(StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME,
				new MapPropertySource(StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME, values(properties)));
		return environment;
	}

	private static Map<String, Object> values(List<String> names) {
		return names.stream().collect(Collectors.toMap(Function.identity(), (name) -> "1"));
	}

	/**
	 * The content of a file, with a description.
	 */
	private static final class NamedResource extends ByteArrayResource {

		private final String description;

		NamedResource(String description, byte[] content) {
			super(content);
			this.description = description;
		}

		@Override
		public String getDescription() {
			return this.description;
		}

	}

}
