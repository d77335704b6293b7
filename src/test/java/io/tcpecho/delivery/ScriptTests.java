package io.tcpecho.delivery;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import io.tcpecho.delivery.Script.Result;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The scripts refuse wrong arguments before they touch anything, and remove nothing that
 * they have not made.
 */
class ScriptTests {

	@TempDir
	Path directory;

	/** A file that is there and is no jar. */
	private Path jar;

	@BeforeEach
	void makeSomethingInPlaceOfTheJar() throws IOException {
		this.jar = Files.writeString(this.directory.resolve("some.jar"), "no jar");
	}

	@ParameterizedTest
	@ValueSource(strings = { "bin/train", "bin/image-root", "bin/verify-image", "bin/verify-reproducible",
			"bin/package", "bin/verify-package", "bin/set-repository", "bin/release-notes", "bin/rolling-restart",
			"helm/check", "helm/generate", "helm/install-test", ".ci/run", ".ci/install", ".ci/helm4",
			".ci/lint-scripts", "src/paths/install", "src/paths/prometheus" })
	void whenAScriptIsAskedForHelpItSaysHowToCallItAndDoesNothing(String script) throws Exception {
		Result help = new Script(script, this.directory).run("--help");
		assertThat(help.output()).contains(Path.of(script).getFileName().toString())
			.doesNotContain("shellcheck source");
		assertThat(help.exitCode()).isZero();
		assertThat(names(this.directory)).containsExactly("some.jar");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			bin/train               |           | expects a directory, and at most the java that will run it
			bin/train               | one two three | expects a directory, and at most the java that will run it
			bin/train               | new no-java   | no-java is no program
			bin/image-root          |           | expects one directory
			bin/verify-image        | none.tar  | none.tar does not exist
			bin/verify-image        | some.jar 0 | RUNS is 0, not a number from 1 to 999
			bin/verify-reproducible | now       | expects no argument
			bin/package             | 1         | VERSION is 1, not of the form 1.2.3 or 1.2.3-rc.1
			bin/package             | 1.2.3/../x | VERSION is 1.2.3/../x, not of the form
			bin/package             | 1.2.3 one two | expects at most a version and a directory
			bin/verify-package      | now       | expects no argument
			bin/set-repository      | A/B       | OWNER is A/B: it has a-z, 0-9 and dashes
			bin/release-notes       |           | expects one version, such as 1.2.3
			bin/rolling-restart     | --rate 0  | 0 is less than 1
			bin/rolling-restart     | --jar none.jar | none.jar does not exist
			helm/check              | now       | expects no argument
			helm/generate           | --chekc   | expects nothing or --check
			helm/install-test       | tag none  | there is no value set none below helm/tcp-echo/ci
			.ci/run                 | now       | expects no argument
			src/paths/prometheus    | --windwo 9 | --windwo: neither --interval nor --window nor --for
			src/paths/prometheus    | --for     | --for needs a value
			src/paths/prometheus    | --for 0   | --for is 0, not whole seconds from 1 to 9999
			src/paths/prometheus    | --interval 6 --window 23 | --window is 23, less than four times --interval, 6
			""")
	void whenArgumentsAreWrongTheScriptSaysSoAndTouchesNothing(String script, String arguments, String message)
			throws Exception {
		Object[] words = (arguments != null) ? arguments.split(" ") : new Object[0];
		Result result = new Script(script, this.directory).with("JAR", this.jar).run(words);
		assertThat(result.output()).contains(message).doesNotContain("unbound variable", "Traceback");
		assertThat(result.exitCode()).isEqualTo(2);
		assertThat(names(this.directory)).containsExactly("some.jar");
	}

	@ParameterizedTest
	@ValueSource(strings = { "bin/train", "bin/image-root" })
	void whenTheDirectoryHoldsFilesOfOthersTheyStay(String script) throws Exception {
		Path mine = Files.createDirectory(this.directory.resolve("mine"));
		Files.writeString(mine.resolve("application.yml"), "mine");
		Files.copy(this.jar, mine.resolve("tcp-echo.jar"));
		Result result = new Script(script, this.directory).with("JAVA_HOME", javaHome25())
			.with("JAR", mine.resolve("tcp-echo.jar"))
			.run("mine");
		assertThat(result.output()).contains("which this script did not make: name a directory that is new or empty");
		assertThat(result.exitCode()).isEqualTo(2);
		assertThat(names(mine)).containsExactly("application.yml", "tcp-echo.jar");
		assertThat(mine.resolve("application.yml")).hasContent("mine");
	}

	@ParameterizedTest
	@CsvSource({ "bin/train, tcp-echo.jar", "bin/image-root, runtime" })
	void whenAFileWasAddedToADirectoryOfTheScriptItStays(String script, String own) throws Exception {
		Path made = Files.createDirectory(this.directory.resolve("made"));
		Files.writeString(made.resolve(".made-by-tcp-echo"), "made");
		Files.writeString(made.resolve(own), "old");
		Files.writeString(made.resolve("notes"), "mine");
		Result result = new Script(script, this.directory).with("JAVA_HOME", javaHome25())
			.with("JAR", this.jar)
			.run("made");
		assertThat(result.output()).contains("made holds notes, which this script did not make: move it away first");
		assertThat(result.exitCode()).isEqualTo(2);
		assertThat(names(made)).containsExactly(".made-by-tcp-echo", "notes", own);
	}

	@Test
	void whenTheJarIsMissingNothingIsMade() throws Exception {
		Result result = new Script("bin/train", this.directory).with("JAR", "none.jar").run("new");
		assertThat(result.output()).contains("none.jar does not exist: mvn package builds it, or JAR names another");
		assertThat(result.exitCode()).isEqualTo(2);
		assertThat(names(this.directory)).containsExactly("some.jar");
	}

	@Test
	void whenTheJarIsNoneTheOldLayoutStaysAndNothingIsLeftBeside() throws Exception {
		Path made = Files.createDirectory(this.directory.resolve("made"));
		Files.writeString(made.resolve(".made-by-tcp-echo"), "made");
		Files.writeString(made.resolve("tcp-echo.jar"), "old");
		Result result = new Script("bin/train", this.directory).with("JAR", this.jar).run(made);
		assertThat(result.output()).contains("some.jar is not the jar of tcp-echo");
		assertThat(result.exitCode()).isOne();
		assertThat(made.resolve("tcp-echo.jar")).hasContent("old");
		assertThat(names(this.directory)).containsExactly("made", "some.jar");
	}

	@Test
	void whenADirectoryIsAFileItStays() throws Exception {
		Result result = new Script("bin/train", this.directory).with("JAR", this.jar).run("some.jar");
		assertThat(result.output()).contains("some.jar is not a directory");
		assertThat(result.exitCode()).isEqualTo(2);
		assertThat(this.jar).hasContent("no jar");
	}

	@Test
	void whenThePortIsNoneNothingIsMade() throws Exception {
		Result result = new Script("bin/train", this.directory).with("JAR", this.jar).with("PORT", 65535).run("new");
		assertThat(result.output()).contains("PORT is 65535, not a number from 1 to 65534");
		assertThat(result.exitCode()).isEqualTo(2);
		assertThat(names(this.directory)).containsExactly("some.jar");
	}

	/**
	 * A directory that passes for a JDK 25, which is looked at only by its release file.
	 */
	private Path javaHome25() throws IOException {
		Path home = this.directory.resolve("jdk-25");
		if (!Files.exists(home)) {
			Files.createDirectory(home);
			Files.writeString(home.resolve("release"), "JAVA_VERSION=\"25.0.1\"\n");
			Path java = Path.of(System.getProperty("java.home"), "bin", "java");
			Files.createDirectory(home.resolve("bin"));
			Files.createSymbolicLink(home.resolve("bin").resolve("java"), java);
		}
		return home;
	}

	private static List<String> names(Path directory) throws IOException {
		try (Stream<Path> files = Files.list(directory)) {
			return files.map((file) -> file.getFileName().toString()).sorted().toList();
		}
	}

}
