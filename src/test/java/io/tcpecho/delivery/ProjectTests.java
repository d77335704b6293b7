package io.tcpecho.delivery;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.tcpecho.testing.Commands;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What several files of the project say about it has to agree.
 */
class ProjectTests {

	private static final Pattern URL = Pattern.compile("\n\t<url>https://github\\.com/([a-z0-9-]+)/tcp-echo</url>\n");

	/** The addresses of the repository, of the image and of the chart, by owner. */
	private static final Pattern ADDRESS = Pattern.compile("(?:github(?:usercontent)?\\.com|ghcr\\.io)/"
			+ "([a-z0-9-]+)/(?:tcp-echo|charts)\\b|(?:(?:repository:|--repo) |@)([a-z0-9-]+)/(?:tcp-echo|maintainers)\\b");

	@Test
	void whenAFileNamesTheRepositoryTheImageOrTheChartItsOwnerIsThatOfThePom() throws Exception {
		Matcher url = URL.matcher(Files.readString(Path.of("pom.xml")));
		assertThat(url.find()).isTrue();
		Map<String, TreeSet<String>> owners = new TreeMap<>();
		for (String file : files()) {
			Matcher address = ADDRESS.matcher(Files.readString(Path.of(file), StandardCharsets.ISO_8859_1));
			while (address.find()) {
				String owner = (address.group(1) != null) ? address.group(1) : address.group(2);
				owners.computeIfAbsent(owner, (key) -> new TreeSet<>()).add(file);
			}
		}
		assertThat(owners).containsOnlyKeys(url.group(1));
		assertThat(owners.get(url.group(1))).contains("SECURITY.md", "helm/tcp-echo/Chart.yaml",
				"helm/tcp-echo/values.yaml", ".github/CODEOWNERS", "helm/artifacthub-repo.yml",
				".github/ISSUE_TEMPLATE/config.yml", "helm/tcp-echo/README.md");
	}

	@Test
	void whenThePomIsReadItSaysWhereTheProjectLivesAndWhereToAsk() throws Exception {
		assertThat(Files.readString(Path.of("pom.xml"))).contains("<developers>", "<scm>", "<issueManagement>",
				"<licenses>");
	}

	@Test
	void eachImageThatTheDockerfileIsMadeOfIsPinnedByItsDigest() throws Exception {
		List<String> bases = Files.readAllLines(Path.of("Dockerfile"))
			.stream()
			.filter((line) -> line.startsWith("FROM ") && !line.equals("FROM scratch"))
			.toList();
		assertThat(bases).isNotEmpty()
			.allSatisfy((line) -> assertThat(line).matches("FROM \\S+:[^@\\s]+@sha256:[0-9a-f]{64} AS \\w+"));
	}

	@Test
	void whenAProjectHasTheLibraryItGetsNothingThatIsOfTheApplicationAlone() throws Exception {
		String dependencies = Files.readString(Path.of("pom.xml"));
		dependencies = dependencies.substring(dependencies.indexOf("\n\t<dependencies>"),
				dependencies.indexOf("\n\t</dependencies>"));
		List<String> passedOn = Pattern.compile("\n\t\t<dependency>.*?\n\t\t</dependency>", Pattern.DOTALL)
			.matcher(dependencies)
			.results()
			.map(MatchResult::group)
			.filter((dependency) -> !dependency.contains("<scope>test</scope>")
					&& !dependency.contains("<optional>true</optional>"))
			.map((dependency) -> dependency.replaceAll("(?s).*?<artifactId>(.*?)</artifactId>.*", "$1"))
			.toList();
		assertThat(passedOn).containsExactly("spring-boot-starter-integration", "spring-integration-ip");
	}

	@Test
	void whenADocumentChangesTheImageIsNotBuiltAnew() throws Exception {
		List<String> lines = Files.readAllLines(Path.of(".dockerignore"));
		assertThat(lines).contains("*");
		List<String> context = lines.stream()
			.filter((line) -> line.startsWith("!"))
			.map((line) -> line.substring(1))
			.toList();
		assertThat(context).allSatisfy((file) -> assertThat(Path.of(file)).exists())
			.contains("pom.xml", "application.yml", "src/main", "docs/verdicts.md")
			.doesNotContain("README.md", "docs", "src", "bin", "helm", ".git");
		// Each resource of the build is of the context.
		Matcher resources = Pattern.compile("<directory>\\$\\{project.basedir}/?([^<]*)</directory>")
			.matcher(Files.readString(Path.of("pom.xml")));
		int count = 0;
		while (resources.find()) {
			String directory = resources.group(1);
			assertThat(context).anyMatch(
					(file) -> directory.isEmpty() || directory.startsWith(file) || file.startsWith(directory + "/"));
			count++;
		}
		assertThat(count).isPositive();
	}

	/** Return the text files of the repository, without the tests and the Java code. */
	private static List<String> files() {
		Commands.require("git", "git");
		return Commands
			.run("git", "ls-files", "--", "*.md", "*.yml", "*.yaml", "*.json", "*.xml", "*.svg", "*.conf", "*.service",
					"bin", "helm", "Dockerfile", ".github")
			.lines()
			.filter((file) -> !file.contains("package-lock") && !file.startsWith("helm/tcp-echo/ci/")
					&& !file.endsWith(".py"))
			.toList();
	}

}
