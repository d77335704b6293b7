package io.tcpecho.docs;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.stream.Stream;

import io.tcpecho.framing.Framing;
import io.tcpecho.testing.Commands;
import io.tcpecho.testing.NioServer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import org.springframework.util.FileSystemUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The project that docs/spring.md shows, word for word, with a build of its own: Maven
 * resolves the library, runs the test and then the application. It works offline, with
 * the artefacts that the build of this project has.
 */
@Tag("reliability")
class SpringProjectIT {

	private static final int PATIENCE_IN_MINUTES = 10;

	private static final Path LIBRARY = Path.of("target", "tcp-echo-library.jar");

	/** Not a temporary directory of JUnit, which warns of each link that it deletes. */
	private final Path directory = Path.of("target", "spring-project").toAbsolutePath();

	private final Path project = this.directory.resolve("path-check");

	@BeforeEach
	void writeTheProject() throws IOException {
		Commands.require("mvn", "maven");
		FileSystemUtils.deleteRecursively(this.directory);
		SpringPage page = SpringPage.read();
		write("pom.xml", page.pom());
		write("src/main/java/com/example/PathCheck.java", page.source("PathCheck"));
		write("src/test/java/com/example/PathCheckTests.java", page.source("PathCheckTests"));
	}

	private void write(String name, String content) throws IOException {
		Path file = this.project.resolve(name);
		Files.createDirectories(file.getParent());
		Files.writeString(file, content);
	}

	@Test
	void theProjectOfThePageIsBuiltTestedAndRun() throws IOException, InterruptedException {
		try (NioServer server = NioServer.framing(Framing.EOF).start()) {
			String output = maven("test", "spring-boot:run",
					"-Dspring-boot.run.arguments=--tcp-echo.client.port=" + server.port());
			assertThat(output.lines()).contains(SpringPage.read().output());
			server.awaitServiceCalls(1);
		}
		Path report = this.project.resolve("target/surefire-reports/TEST-com.example.PathCheckTests.xml");
		assertThat(report).content()
			.contains("tests=\"2\"", "errors=\"0\"", "failures=\"0\"", "skipped=\"0\"")
			.contains("tcp-echo-" + version() + "-library.jar", "spring-integration-ip-")
			.doesNotContain("spring-security", "spring-webmvc", "tomcat-embed", "picocli", "HdrHistogram",
					"spring-boot-actuator");
	}

	private String maven(String... arguments) throws IOException, InterruptedException {
		Path output = this.directory.resolve("output");
		Process maven = new ProcessBuilder(Stream
			.concat(Stream.of("mvn", "--offline", "--batch-mode", "--quiet", "-Dmaven.repo.local=" + repository()),
					Stream.of(arguments))
			.toList()).directory(this.project.toFile())
			.redirectErrorStream(true)
			.redirectOutput(output.toFile())
			.start();
		try {
			assertThat(maven.waitFor(PATIENCE_IN_MINUTES, TimeUnit.MINUTES)).as("Maven ends in time").isTrue();
			assertThat(maven.exitValue()).as(Files.readString(output)).isZero();
			return Files.readString(output);
		}
		finally {
			maven.descendants().forEach(ProcessHandle::destroyForcibly);
			maven.destroyForcibly();
		}
	}

	/**
	 * Make a repository that has what the local one has, and beside that the library of
	 * this build.
	 */
	private Path repository() throws IOException {
		Path local = Path
			.of(System.getProperty("localRepository", System.getProperty("user.home") + "/.m2/repository"));
		Path repository = Files.createDirectory(this.directory.resolve("repository"));
		link(local, repository, "io");
		link(local.resolve("io"), Files.createDirectory(repository.resolve("io")), "tcpecho");
		String version = version();
		Path library = Files.createDirectories(repository.resolve("io/tcpecho/tcp-echo").resolve(version));
		Files.copy(Path.of("pom.xml"), library.resolve("tcp-echo-" + version + ".pom"));
		Files.copy(LIBRARY, library.resolve("tcp-echo-" + version + "-library.jar"));
		return repository;
	}

	/** Return the version that the build has written into the library. */
	private static String version() throws IOException {
		try (JarFile library = new JarFile(LIBRARY.toFile())) {
			Properties properties = new Properties();
			try (InputStream input = library
				.getInputStream(library.getEntry("META-INF/maven/io.tcpecho/tcp-echo/pom.properties"))) {
				properties.load(input);
			}
			return properties.getProperty("version");
		}
	}

	private static void link(Path from, Path to, String except) throws IOException {
		try (Stream<Path> entries = Files.list(from)) {
			for (Path entry : entries.toList()) {
				if (!entry.getFileName().toString().equals(except)) {
					Files.createSymbolicLink(to.resolve(entry.getFileName()), entry);
				}
			}
		}
	}

}
