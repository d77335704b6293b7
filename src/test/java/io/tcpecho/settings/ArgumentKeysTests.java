package io.tcpecho.settings;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.json.JsonParserFactory;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.io.ClassPathResource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The keys that a command line may have.
 */
class ArgumentKeysTests {

	@ParameterizedTest
	@ValueSource(strings = { "server.port", "server.tomcat.threads.max", "SERVER.TOMCAT.maxConnections", "debug",
			"spring.config.additional-location", "spring.config.import[0]", "spring.config.name",
			"spring.config.activate.on-profile", "spring.profiles.active", "spring.profiles.include",
			"spring.profiles.active[1]", "spring.profiles.group.all[0]", "spring.main.web-application-type",
			"spring.main.banner-mode", "spring.application.json", "spring.application.name", "info.site",
			"logging.level.io.tcpecho.nio", "logging.level.root", "logging.structured.format.console",
			"logging.file.name", "management.server.port", "management.endpoint.health.group.mine.include",
			"management.endpoint.connections.access", "management.metrics.tags.region",
			"management.prometheus.metrics.export.enabled", "spring.security.user.password",
			"spring.output.ansi.enabled", "spring.ssl.bundle.pem.mine.keystore.certificate",
			"spring.lifecycle.timeout-per-shutdown-phase", "spring.threads.virtual.enabled",
			"tcp-echo.listeners.eof.prot" })
	void whenAPropertyOrAnEntryOfOneHasTheKeyItIsAllowed(String key) {
		assertThat(ArgumentKeys.problems(List.of(key))).isEmpty();
	}

	@Test
	void whenThePackagedConfigurationHasAKeyItIsAllowed() throws IOException {
		List<String> keys = new YamlPropertySourceLoader().load("packaged", new ClassPathResource("application.yml"))
			.stream()
			.flatMap((document) -> Arrays.stream(((EnumerablePropertySource<?>) document).getPropertyNames()))
			.toList();
		assertThat(keys).hasSizeGreaterThan(50);
		assertThat(ArgumentKeys.problems(keys)).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "port", "server", "server.tomcat", "server.port.x",
			"server.tomcat.additional-tld-skip-patterns.x", "spring.config", "management.endpoint.foo.x",
			"spring.jpa.show-sql" })
	void whenNoPropertyHasTheKeyItIsRefused(String key) {
		assertThat(ArgumentKeys.problems(List.of(key, "server.port", key))).hasSize(2)
			.allMatch((problem) -> problem.startsWith("--" + key + " is not a property"));
	}

	@ParameterizedTest
	@ValueSource(strings = { ".", "..", ".x", "x." })
	void whenAKeyHasNothingBesideADotItIsRefused(String key) {
		assertThat(ArgumentKeys.problems(List.of(key))).singleElement()
			.asString()
			.startsWith("--" + key + " is not a property");
	}

	@Test
	void whenTheMetadataIsReadAsTextItHasThePropertiesThatItHasAsJson() throws IOException {
		List<String> names = new ArrayList<>();
		for (URL file : Collections
			.list(getClass().getClassLoader().getResources("META-INF/spring-configuration-metadata.json"))) {
			try (InputStream content = file.openStream()) {
				Map<String, Object> json = JsonParserFactory.getJsonParser()
					.parseMap(new String(content.readAllBytes(), StandardCharsets.UTF_8));
				properties(json).forEach(names::add);
			}
		}
		PropertyMetadata metadata = PropertyMetadata.read();
		assertThat(names).hasSizeGreaterThan(500);
		assertThat(names).allMatch((name) -> metadata.find(name).isPresent());
		assertThat(metadata.all().map(PropertyMetadata.Property::name))
			.allMatch((name) -> names.contains(name) || name.equals("info") || name.equals("spring.application.json"));
	}

	private static Stream<String> properties(Map<String, Object> json) {
		return (json.get("properties") instanceof List<?> properties) ? properties.stream()
			.map((property) -> (Map<?, ?>) property)
			.filter((property) -> !(property.get("deprecation") instanceof Map<?, ?> deprecation
					&& "error".equals(deprecation.get("level"))))
			.map((property) -> String.valueOf(property.get("name"))) : Stream.empty();
	}

}
