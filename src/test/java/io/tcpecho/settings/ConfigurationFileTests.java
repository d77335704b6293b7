package io.tcpecho.settings;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Parameter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.tcpecho.actuate.ManagementProperties;
import io.tcpecho.actuate.SelfCheckProperties;
import io.tcpecho.client.EchoClientProperties;
import io.tcpecho.console.ConsoleProperties;
import io.tcpecho.framing.Framing;
import io.tcpecho.monitor.MonitorProperties;
import io.tcpecho.settings.TcpEchoProperties.Listener;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.ClassPathResource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The application.yml that is packaged into the jar: complete, bindable, and its defaults
 * those of the code.
 */
class ConfigurationFileTests {

	/** Stands for the name of any listener where the properties are walked. */
	private static final String LISTENER = "tcp-echo.listeners.eof";

	/** The target whose settings a request takes that names none. */
	private static final String TARGET = "tcp-echo.monitor.targets.default";

	/** A key that is commented out, with its value. */
	private static final Pattern COMMENTED = Pattern.compile("^( *)# ([a-z-]+:)( \\S+)$");

	private static final String FILE = read();

	// Binding

	@Test
	void whenTheFileIsBoundNoKeyIsUnknown() {
		TcpEchoProperties properties = bind(environment());
		assertThat(properties.listeners()).containsOnlyKeys("eof", "line", "length", "stream", "crlf", "fixed",
				"length1", "length2", "lab", "discard", "info");
		assertThat(properties.listeners().get("eof").port()).isEqualTo(7007);
	}

	@Test
	void whenTheFileIsBoundTheServerTakesIt() {
		ProcessLimits limits = new ProcessLimits(1024, 1 << 26, 17);
		assertThat(SettingsChecks.find(bind(environment()), limits)).isEmpty();
		ServerSettings settings = ServerSettings.resolve(bind(environment()), limits);
		assertThat(settings.listeners()).extracting(ListenerSettings::name).containsExactly("eof");
	}

	@Test
	void whenTheFileIsBoundItEqualsTheDefaultsOfTheCode() {
		TcpEchoProperties ofTheCode = new Binder(new MapConfigurationPropertySource(Map.of(LISTENER + ".port", "7007")))
			.bindOrCreate(TcpEchoProperties.PREFIX, TcpEchoProperties.class);
		TcpEchoProperties ofTheFile = bind(environment());
		assertThat(ofTheFile.listeners()).containsEntry("eof", ofTheCode.listeners().get("eof"));
		assertThat(ofTheFile).usingRecursiveComparison().ignoringFields("listeners").isEqualTo(ofTheCode);
		Binder none = new Binder(new MapConfigurationPropertySource(Map.of()));
		assertThat(management(environment()))
			.isEqualTo(none.bindOrCreate(ManagementProperties.PREFIX, ManagementProperties.class));
		assertThat(Binder.get(environment()).bindOrCreate(SelfCheckProperties.PREFIX, SelfCheckProperties.class))
			.isEqualTo(none.bindOrCreate(SelfCheckProperties.PREFIX, SelfCheckProperties.class));
		MonitorProperties monitor = Binder.get(environment())
			.bindOrCreate(MonitorProperties.PREFIX, MonitorProperties.class);
		MonitorProperties ofTheCodeWithATarget = new Binder(
				new MapConfigurationPropertySource(Map.of(TARGET + ".interval", "30s")))
			.bindOrCreate(MonitorProperties.PREFIX, MonitorProperties.class);
		assertThat(monitor).isEqualTo(ofTheCodeWithATarget);
		assertThat(Binder.get(environment()).bindOrCreate(FaultsProperties.PREFIX, FaultsProperties.class))
			.isEqualTo(none.bindOrCreate(FaultsProperties.PREFIX, FaultsProperties.class));
	}

	// Completeness

	static Stream<Property> properties() {
		return Stream.of(walk(TcpEchoProperties.class, TcpEchoProperties.PREFIX), walk(Listener.class, LISTENER),
				walk(EchoClientProperties.class, EchoClientProperties.PREFIX),
				walk(ManagementProperties.class, ManagementProperties.PREFIX),
				walk(SelfCheckProperties.class, SelfCheckProperties.PREFIX),
				walk(FaultsProperties.class, FaultsProperties.PREFIX),
				walk(ConsoleProperties.class, ConsoleProperties.PREFIX),
				walk(MonitorProperties.class, MonitorProperties.PREFIX), walk(MonitorProperties.Target.class, TARGET))
			.flatMap(Function.identity());
	}

	@ParameterizedTest
	@MethodSource("properties")
	void whenThereIsAPropertyTheFileShowsIt(Property property) {
		assertThat(withCommentedKeys()).containsKey(property.name());
	}

	@ParameterizedTest
	@MethodSource("properties")
	void whenThereIsADefaultTheFileHasItAsAnActiveKey(Property property) {
		Object inFile = activeKeys().get(property.name());
		String defaultValue = property.defaultValue();
		if (defaultValue != null) {
			assertThat(property.convert(Objects.requireNonNull(inFile, property.name() + " is no active key")))
				.isEqualTo(property.convert(defaultValue));
		}
		else if (!property.name().equals(LISTENER + ".port")) {
			assertThat(inFile).as(property.name() + ", which has no default").isNull();
		}
	}

	@Test
	void whenTheFileShowsAKeyThereIsAProperty() {
		Set<String> names = properties().map(Property::name).collect(Collectors.toSet());
		assertThat(names).hasSizeGreaterThan(20);
		assertThat(withCommentedKeys().keySet()).filteredOn((key) -> key.startsWith("tcp-echo."))
			.map((key) -> key.replaceFirst("^tcp-echo\\.listeners\\.[a-z0-9-]+", LISTENER))
			.isSubsetOf(names);
	}

	@Test
	void whenACommentedExampleIsTakenUpTheServerStartsWithIt() {
		Map<String, Object> examples = withCommentedKeys();
		examples.keySet().removeIf((key) -> !key.startsWith("tcp-echo."));
		assertThat(examples.remove(LISTENER + ".fixed-length")).as("for another framing").isNotNull();
		assertThat(examples.remove(LISTENER + ".proxy-protocol.from")).as("for another mode").isNotNull();
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources().addFirst(new MapPropertySource("examples", examples));
		TcpEchoProperties properties = bind(environment);
		assertThat(properties.maxBuffered()).isNotNull();
		assertThat(properties.listeners().get("eof").address()).isNotNull();
		assertThat(properties.listeners().get("eof").maxConnections()).isNotNull();
		ProcessLimits limits = new ProcessLimits(65536, 1L << 32, 17);
		assertThat(SettingsChecks.find(properties, limits)).isEmpty();
		assertThat(ServerSettings.resolve(properties, limits).listeners()).hasSize(1);
	}

	// Profiles

	@Test
	void whenTheFileIsReadItHasTheDocumentedProfiles() {
		assertThat(documents()).extracting((document) -> document.getProperty("spring.config.activate.on-profile"))
			.containsExactly(null, "kubernetes", "dev", "all-framings");
	}

	@Test
	void whenNoProfileIsActiveManagementIsForThisMachineOnly() {
		StandardEnvironment environment = environment();
		assertThat(environment.getProperty("server.address")).isEqualTo("127.0.0.1");
		assertThat(environment.getProperty("server.port")).isEqualTo("8080");
		assertThat(environment.getProperty("management.endpoints.access.default")).isEqualTo("none");
	}

	@Test
	void whenTheKubernetesProfileIsActiveManagementIsReachableAndLogsAreJson() {
		StandardEnvironment environment = environment("kubernetes");
		assertThat(environment.getProperty("server.address")).isEqualTo("0.0.0.0");
		assertThat(environment.getProperty("management.endpoint.health.show-details")).isEqualTo("never");
		assertThat(environment.getProperty("management.endpoints.access.default")).isEqualTo("none");
		assertThat(environment.getProperty("logging.structured.format.console")).isEqualTo("ecs");
		assertThat(management(environment).publicEndpoints()).containsExactly("health", "prometheus");
		assertThat(bind(environment)).usingRecursiveComparison().isEqualTo(bind(environment()));
	}

	@Test
	void whenTheDevProfileIsActiveEverythingIsOpenOnLoopback() {
		StandardEnvironment environment = environment("dev");
		assertThat(environment.getProperty("server.address")).isEqualTo("127.0.0.1");
		assertThat(environment.getProperty("management.endpoints.access.default")).isEqualTo("unrestricted");
		assertThat(environment.getProperty("logging.level.tcpecho.access")).isEqualTo("info");
		assertThat(bind(environment).listeners().get("eof").address()).isEqualTo("127.0.0.1");
		assertThat(management(environment).unprotected()).isTrue();
	}

	@Test
	void whenTheProfileAllFramingsIsActiveEachFramingHasAListener() {
		ProcessLimits limits = new ProcessLimits(1024, 1 << 26, 17);
		assertThat(SettingsChecks.find(bind(environment("all-framings")), limits)).isEmpty();
		ServerSettings settings = ServerSettings.resolve(bind(environment("all-framings")), limits);
		assertThat(settings.listeners()).extracting(ListenerSettings::framing)
			.containsExactlyInAnyOrder(Framing.values());
		assertThat(settings.listeners()).extracting(ListenerSettings::port)
			.containsExactlyInAnyOrder(7007, 7008, 7009, 7010, 7011, 7012, 7013, 7014);
	}

	private static TcpEchoProperties bind(StandardEnvironment environment) {
		assertThat(new UnknownKeys(List.of(TcpEchoProperties.class, EchoClientProperties.class,
				ManagementProperties.class, SelfCheckProperties.class, FaultsProperties.class, MonitorProperties.class,
				ConsoleProperties.class))
			.find(environment)).isEmpty();
		return Binder.get(environment).bindOrCreate(TcpEchoProperties.PREFIX, TcpEchoProperties.class);
	}

	private static ManagementProperties management(StandardEnvironment environment) {
		return Binder.get(environment).bindOrCreate(ManagementProperties.PREFIX, ManagementProperties.class);
	}

	/** Return what Spring Boot makes of the packaged file alone. */
	private static StandardEnvironment environment(String... profiles) {
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources().remove(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME);
		environment.getPropertySources().remove(StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME);
		ConfigDataEnvironmentPostProcessor.applyTo(environment, null, null, profiles);
		return environment;
	}

	private static Map<String, Object> activeKeys() {
		return keys(documents(FILE).get(0));
	}

	/** Return the keys of the first document, those included that are commented out. */
	private static Map<String, Object> withCommentedKeys() {
		Set<String> labels = properties()
			.map((property) -> property.name().substring(property.name().lastIndexOf('.') + 1))
			.collect(Collectors.toSet());
		String file = FILE.lines().map((line) -> {
			Matcher commented = COMMENTED.matcher(line);
			boolean key = commented.matches() && labels.contains(commented.group(2).replace(":", ""));
			return key ? commented.group(1) + commented.group(2) + commented.group(3) : line;
		}).collect(Collectors.joining("\n"));
		return keys(documents(file).get(0));
	}

	private static List<PropertySource<?>> documents() {
		return documents(FILE);
	}

	private static List<PropertySource<?>> documents(String file) {
		try {
			return new YamlPropertySourceLoader().load("application.yml",
					new ByteArrayResource(file.getBytes(StandardCharsets.UTF_8)));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static Map<String, Object> keys(PropertySource<?> document) {
		return Arrays.stream(((EnumerablePropertySource<?>) document).getPropertyNames())
			.collect(Collectors.toMap(Function.identity(),
					(name) -> Objects.requireNonNull(document.getProperty(name)).toString(), (one, other) -> other,
					TreeMap::new));
	}

	private static String read() {
		try {
			return new ClassPathResource("application.yml").getContentAsString(StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static Stream<Property> walk(Class<?> type, String prefix) {
		// The annotation is on the parameters of the constructor only.
		return Arrays.stream(type.getDeclaredConstructors()[0].getParameters()).flatMap((parameter) -> {
			String name = prefix + "." + dashed(parameter.getName());
			if (parameter.getType().isRecord()) {
				return walk(parameter.getType(), name);
			}
			return Map.class.isAssignableFrom(parameter.getType()) ? Stream.empty()
					: Stream.of(new Property(name, parameter));
		});
	}

	private static String dashed(String camelCase) {
		return camelCase.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
	}

	/**
	 * A property that can be configured.
	 *
	 * @param name its full name
	 * @param parameter where it is declared
	 */
	record Property(String name, Parameter parameter) {

		@Nullable String defaultValue() {
			DefaultValue annotation = this.parameter.getAnnotation(DefaultValue.class);
			return (annotation != null) ? String.join(",", annotation.value()) : null;
		}

		Object convert(Object value) {
			return Objects.requireNonNull(
					ApplicationConversionService.getSharedInstance().convert(value, this.parameter.getType()));
		}

		@Override
		public String toString() {
			return this.name;
		}

	}

}
