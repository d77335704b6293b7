package io.tcpecho.settings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which active profiles are taken for mistyped ones. The files are read as Spring Boot
 * reads them at its start, the packaged application.yml first.
 */
class UnknownProfilesTests {

	@TempDir
	private Path directory;

	@ParameterizedTest
	@ValueSource(strings = { "", "default", "all-framings", "dev", "kubernetes", "kubernetes,all-framings" })
	void whenProfilesAreOfThePackagedFileTheyAreKnown(String profiles) {
		assertThat(find(profiles)).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "kubernets", "Kubernetes", "prod", "framings" })
	void whenNothingBelongsToAProfileItIsFoundAndTheOthersAreNamed(String profile) {
		assertThat(find(profile)).containsExactly("profile " + profile
				+ " is active, and nothing belongs to it; the profiles of tcp-echo are all-framings, dev, kubernetes");
	}

	@Test
	void whenSeveralAreUnknownAllAreFound() {
		assertThat(find("prod,kubernetes,eu")).hasSize(2)
			.satisfiesExactly((first) -> assertThat(first).startsWith("profile prod is active"),
					(second) -> assertThat(second).startsWith("profile eu is active"));
	}

	@Test
	void whenAnUnknownProfileIsTheDefaultItIsFound() {
		assertThat(find("", Map.of("spring.profiles.default", "prod"))).hasSize(1);
	}

	@ParameterizedTest
	@CsvSource({ "application-prod.yml, 'server.port: 8081'", "application-prod.properties, server.port=8081" })
	void whenUsersHaveAFileOfAProfileItIsKnown(String file, String content) throws IOException {
		write(file, content);
		assertThat(find("prod")).isEmpty();
		assertThat(find("pro")).hasSize(1);
	}

	@ParameterizedTest
	@ValueSource(strings = { "prod", "kubernetes | prod", "!dev & (prod | eu)", "[eu, prod]" })
	void whenUsersHaveADocumentOnConditionOfAProfileItIsKnown(String condition) throws IOException {
		write("application.yml", """
				server.port: 8081
				---
				spring.config.activate.on-profile: %s
				server.port: 8082
				""".formatted(condition.startsWith("!") ? "\"" + condition + "\"" : condition));
		assertThat(find("prod")).isEmpty();
		assertThat(find("prd")).hasSize(1);
	}

	@Test
	void whenAProfileIsTheNameOfAGroupItIsKnown() {
		assertThat(find("prod", Map.of("spring.profiles.group.prod", "kubernetes"))).isEmpty();
		assertThat(find("prod", Map.of("spring.profiles.group.prod[0]", "kubernets"))).singleElement()
			.asString()
			.startsWith("profile kubernets is active");
	}

	@ParameterizedTest
	@ValueSource(strings = { "of-a-class", "of-a-method" })
	void whenABeanIsOnConditionOfAProfileItIsKnown(String profile) {
		assertThat(find(profile, Map.of(), OfAClass.class, OfAMethod.class)).isEmpty();
	}

	private List<String> find(String profiles) {
		return find(profiles, Map.of());
	}

	private List<String> find(String profiles, Map<String, Object> properties, Class<?>... beans) {
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources().addFirst(new MapPropertySource("properties", properties));
		environment.getPropertySources()
			.addFirst(new MapPropertySource("arguments", Map.of("spring.profiles.active", profiles,
					"spring.config.additional-location", "file:" + this.directory + "/")));
		ConfigDataEnvironmentPostProcessor.applyTo(environment);
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
			context.setEnvironment(environment);
			context.register(Unconditional.class);
			if (beans.length > 0) {
				context.register(beans);
			}
			context.refresh();
			return new UnknownProfiles(environment, context.getBeanFactory()).find();
		}
	}

	private void write(String file, String content) throws IOException {
		Files.writeString(this.directory.resolve(file), content);
	}

	@Configuration(proxyBeanMethods = false)
	static class Unconditional {

	}

	@Profile("of-a-class")
	@Configuration(proxyBeanMethods = false)
	static class OfAClass {

	}

	@Configuration(proxyBeanMethods = false)
	static class OfAMethod {

		@Bean
		@Profile("!of-a-class | of-a-method")
		String bean() {
			return "bean";
		}

	}

}
