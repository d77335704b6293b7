package io.tcpecho.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The versions that docs/spring.md names: those of this project. {@link SpringProjectIT}
 * runs what the page shows.
 */
class SpringPageTests {

	private static final Pattern ARTEFACT = Pattern
		.compile("<artifactId>(spring-boot-starter-parent|tcp-echo)</artifactId>\\s*<version>([^<]*)</version>");

	@Test
	void theVersionsOfThePageAreThoseOfTheProject() throws IOException {
		List<String> ofTheProject = versions(Files.readString(Path.of("pom.xml"))).limit(2).toList();
		assertThat(versions(SpringPage.read().pom())).hasSize(2).containsExactlyElementsOf(ofTheProject);
	}

	private static Stream<String> versions(String pom) {
		return ARTEFACT.matcher(pom).results().map(SpringPageTests::shown);
	}

	private static String shown(MatchResult artefact) {
		return artefact.group(1) + " " + artefact.group(2);
	}

}
