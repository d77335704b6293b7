package io.tcpecho.delivery;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.tcpecho.delivery.Script.Result;
import io.tcpecho.testing.Commands;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The launcher {@code bin/tcp-echo}, with a script in place of the Java runtime that says
 * how it was called, and makes the files that a Java runtime makes. Whatever is wrong
 * with its class cache, a command runs.
 */
class LauncherTests {

	private static final int PATIENCE_IN_SECONDS = 60;

	/** How the script that stands for a Java runtime does its work. */
	private static final String JAVA = """
			#!/bin/sh
			echo "$*" >>"$JAVA_LOG"
			for last in "$@"; do
			  case $last in
			    -XX:ArchiveClassesAtExit=* | -XX:AOTCacheOutput=*) archive=${last#*=} ;;
			  esac
			done
			case "$*" in
			  *"extract --force"*)
			    mkdir -p "$last/lib"
			    echo jar >"$last/tcp-echo.jar"
			    echo jar >"$last/lib/one.jar"
			    echo jar >"$last/lib/spring-boot-jarmode-tools-4.jar"
			    ;;
			  *TrainingRun*)
			    [ ! -e "$JAVA_LOG.wait" ] || cat "$JAVA_LOG.wait"
			    [ -e "$JAVA_LOG.fail" ] || echo archive >"$archive"
			    ;;
			  *hold*)
			    echo "held" >>"$JAVA_LOG"
			    cat "$JAVA_LOG.hold"
			    ;;
			  *)
			    echo "java $*"
			    exit 7
			    ;;
			esac
			""";

	@TempDir
	Path directory;

	private Path jar;

	private Path javaHome;

	private Path log;

	private Path caches;

	private Path launcher;

	@BeforeEach
	void unpackARelease() throws IOException {
		Path bin = Files.createDirectories(this.directory.resolve("release/bin"));
		this.launcher = Files.copy(Path.of("bin", "tcp-echo"), bin.resolve("tcp-echo"),
				StandardCopyOption.COPY_ATTRIBUTES);
		this.jar = Files.createDirectories(this.directory.resolve("release/share/tcp-echo")).resolve("tcp-echo.jar");
		Files.writeString(this.jar, "the jar");
		this.log = this.directory.resolve("log");
		this.caches = this.directory.resolve("cache/tcp-echo");
		this.javaHome = javaHome("jdk", "17.0.15");
	}

	/** A test ends when nothing is made any more, because its directory goes. */
	@AfterEach
	void waitForTheMakerOfTheCache() throws IOException {
		if (Files.isRegularFile(this.caches.resolve("making"))) {
			Commands.run("flock", "-w", String.valueOf(PATIENCE_IN_SECONDS), this.caches.resolve("making").toString(),
					"true");
		}
	}

	// The cache

	@ParameterizedTest
	@CsvSource({ "17.0.15, SharedArchiveFile, 'cds*=off'", "24, SharedArchiveFile, 'cds*=off'",
			"25.0.3, AOTCache, 'cds*=off,aot*=off'" })
	void whenACommandHadNoCacheTheNextUsesOne(String version, String option, String silence) throws Exception {
		this.javaHome = javaHome("jdk", version);
		assertThat(run("probe", "localhost:7007").output())
			.isEqualTo("java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xlog:disable -Xlog:all=warning," + silence
					+ ":stderr -XX:+DisplayVMOutputToStderr -jar " + jarAsCalled() + " probe localhost:7007\n");
		Path cache = awaitCache();
		assertThat(names(cache.resolve("lib"))).containsExactly("one.jar");
		Result second = run("probe", "two words");
		assertThat(second.output()).isEqualTo("java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:" + option + "="
				+ cache.resolve("classes") + " -Xlog:disable -Xlog:all=warning," + silence
				+ ":stderr -XX:+DisplayVMOutputToStderr -jar " + cache.resolve("tcp-echo.jar") + " probe two words\n");
		assertThat(second.exitCode()).isEqualTo(7);
		assertThat(calls("TrainingRun")).isOne();
	}

	@Test
	void whenACacheIsMadeTheCommandAndItsOutputHaveEndedBefore() throws Exception {
		Path gate = fifo("wait");
		// It ends although the training waits, and its output is closed.
		assertThat(run("probe").exitCode()).isEqualTo(7);
		Files.writeString(gate, "go on");
		awaitCache();
		assertThat(Files.readAllLines(this.log).get(0)).endsWith(" probe");
	}

	@Test
	void whenACommandLastsNothingIsMadeBeforeItsEnd() throws Exception {
		Path gate = fifo("hold");
		Process held = script().start("hold");
		await().atMost(PATIENCE_IN_SECONDS, TimeUnit.SECONDS).until(() -> calls("held") == 1);
		await().atMost(PATIENCE_IN_SECONDS, TimeUnit.SECONDS)
			.until(() -> Files.isRegularFile(this.caches.resolve("making")));
		assertThat(calls("extract")).isZero();
		Files.writeString(gate, "go on");
		assertThat(held.waitFor(PATIENCE_IN_SECONDS, TimeUnit.SECONDS)).isTrue();
		awaitCache();
	}

	@Test
	void whenManyCommandsStartAtOnceOneCacheIsMadeAndAllRun() throws Exception {
		int commands = 8;
		ExecutorService threads = Executors.newFixedThreadPool(commands);
		try {
			List<Callable<Result>> calls = IntStream.range(0, commands)
				.<Callable<Result>>mapToObj((i) -> () -> run("probe"))
				.toList();
			for (Future<Result> call : threads.invokeAll(calls, PATIENCE_IN_SECONDS, TimeUnit.SECONDS)) {
				assertThat(call.get().exitCode()).isEqualTo(7);
				assertThat(call.get().output()).startsWith("java ").hasLineCount(1);
			}
		}
		finally {
			threads.shutdownNow();
		}
		Path cache = awaitCache();
		waitForTheMakerOfTheCache();
		assertThat(calls("TrainingRun")).isOne();
		assertThat(run("probe").output()).contains(cache.toString());
		await().atMost(PATIENCE_IN_SECONDS, TimeUnit.SECONDS)
			.untilAsserted(
					() -> assertThat(names(this.caches)).containsExactly(cache.getFileName().toString(), "making"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "classes", "tcp-echo.jar", "lib/one.jar", "content" })
	void whenAFileOfTheCacheWasCutShortOrIsGoneTheCommandDoesWithoutAndItIsMadeAgain(String name) throws Exception {
		run("probe");
		Path file = awaitCache().resolve(name);
		waitForTheMakerOfTheCache();
		String whole = Files.readString(file);
		Files.delete(file);
		Files.writeString(file, "a");
		assertThat(run("probe").output()).contains(" -jar " + jarAsCalled() + " ");
		await().atMost(PATIENCE_IN_SECONDS, TimeUnit.SECONDS)
			.untilAsserted(() -> assertThat(run("probe").output()).contains(" -jar " + this.caches));
		waitForTheMakerOfTheCache();
		assertThat(Files.readString(file)).hasSameSizeAs(whole);
		Files.delete(file);
		assertThat(run("probe").output()).contains(" -jar " + jarAsCalled() + " ");
	}

	@Test
	void whenTheTrainingFailsCommandsRunAndItIsNotTriedAgainOnTheSameDay() throws Exception {
		Path fail = Files.createFile(this.directory.resolve("log.fail"));
		assertThat(run("probe").exitCode()).isEqualTo(7);
		await().atMost(PATIENCE_IN_SECONDS, TimeUnit.SECONDS).until(() -> {
			List<String> names = names(this.caches);
			return names.size() == 2 && names.get(0).endsWith(".failed");
		});
		assertThat(run("probe").output()).contains(" -jar " + jarAsCalled() + " ");
		waitForTheMakerOfTheCache();
		assertThat(calls("TrainingRun")).isOne();
		Files.delete(fail);
		Files.setLastModifiedTime(this.caches.resolve(names(this.caches).get(0)),
				FileTime.fromMillis(System.currentTimeMillis() - TimeUnit.DAYS.toMillis(2)));
		run("probe");
		awaitCache();
		waitForTheMakerOfTheCache();
		assertThat(names(this.caches)).noneMatch((name) -> name.endsWith(".failed"));
	}

	@Test
	void whenTheJarIsReplacedItsOldCacheIsRemovedUnlessACommandUsesIt() throws Exception {
		run("probe");
		Path old = awaitCache();
		Path gate = fifo("hold");
		Process held = script().start("hold");
		await().atMost(PATIENCE_IN_SECONDS, TimeUnit.SECONDS).until(() -> calls("held") == 1);
		Files.writeString(this.jar, "another jar");
		run("probe");
		Path second = awaitCacheBeside(old);
		waitForTheMakerOfTheCache();
		assertThat(old).exists();
		Files.writeString(gate, "go on");
		assertThat(held.waitFor(PATIENCE_IN_SECONDS, TimeUnit.SECONDS)).isTrue();
		// Not as long as the second: the two may be written in the same second.
		Files.writeString(this.jar, "the third of all jars");
		Files.createDirectory(this.caches.resolve("new.killed"));
		run("probe");
		await().atMost(PATIENCE_IN_SECONDS, TimeUnit.SECONDS)
			.untilAsserted(() -> assertThat(names(this.caches)).hasSize(2)
				.doesNotContain(old.getFileName().toString(), second.getFileName().toString())
				.endsWith("making"));
	}

	@Test
	void whenTwoJavaRuntimesAreUsedInTurnEachKeepsItsCache() throws Exception {
		run("probe");
		Path first = awaitCache();
		Path firstHome = this.javaHome;
		this.javaHome = javaHome("other-jdk", "25.0.3");
		run("probe");
		awaitCacheBeside(first);
		waitForTheMakerOfTheCache();
		this.javaHome = firstHome;
		assertThat(run("probe").output()).contains(first.resolve("classes").toString());
	}

	// No cache

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			# nowhere
			''               | ''
			''               | /nonexistent
			relative         | /nonexistent
			/proc/nonexistent | ''
			# a file, and a colon, which would end the name of an archive
			{dir}/log        | ''
			{dir}/a:b        | ''
			""")
	void whenThereIsNoPlaceForACacheTheCommandRunsAndNothingIsMade(String cacheHome, String home) throws Exception {
		Files.writeString(this.log, "");
		Result result = script().with("XDG_CACHE_HOME", cacheHome.replace("{dir}", this.directory.toString()))
			.with("HOME", home)
			.run("probe");
		assertThat(result.output()).startsWith("java ").contains(" -jar " + jarAsCalled()).hasLineCount(1);
		assertThat(result.exitCode()).isEqualTo(7);
		assertThat(names(this.directory)).containsExactly("jdk", "log", "release");
		assertThat(Path.of("/nonexistent")).doesNotExist();
	}

	@Test
	void whenTheDirectoryBelongsToAnotherUserItsClassesAreNotRun() throws Exception {
		Commands.requireRoot();
		run("probe");
		awaitCache();
		waitForTheMakerOfTheCache();
		Path home = this.caches.getParent();
		Files.setAttribute(home, "unix:uid", 65534);
		assertThat(run("probe").output()).contains(" -jar " + jarAsCalled() + " ");
		Files.setAttribute(home, "unix:uid", 0);
		Files.setAttribute(this.caches, "unix:uid", 65534);
		assertThat(run("probe").output()).contains(" -jar " + jarAsCalled() + " ");
		assertThat(calls("TrainingRun")).isOne();
	}

	@Test
	void whenTheCacheIsSwitchedOffNoneIsMadeOrUsed() throws Exception {
		run("probe");
		awaitCache();
		assertThat(script().with("TCP_ECHO_CLASS_CACHE", "off").run("probe").output())
			.contains(" -jar " + jarAsCalled() + " ");
		Result wrong = script().with("TCP_ECHO_CLASS_CACHE", "no").run("probe");
		assertThat(wrong.output()).isEqualTo("tcp-echo: TCP_ECHO_CLASS_CACHE is no, not on or off\n");
		assertThat(wrong.exitCode()).isEqualTo(2);
	}

	@Test
	void whenFlockIsMissingTheCommandRuns() throws Exception {
		Path tools = Files.createDirectory(this.directory.resolve("tools"));
		for (String tool : List.of("sh", "readlink", "sed", "cat")) {
			Files.createSymbolicLink(tools.resolve(tool), Path.of("/usr/bin", tool));
		}
		assertThat(script().with("PATH", tools).run("probe").output()).startsWith("java ").hasLineCount(1);
		assertThat(this.caches).doesNotExist();
	}

	// Arguments

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			''                  | -XX:+UseSerialGC -jar JAR
			serve --server.port=0 | -XX:+UseSerialGC -jar JAR serve --server.port=0
			--server.port=0     | -XX:+UseSerialGC -jar JAR --server.port=0
			""")
	void whenTheServerIsStartedItGetsNoCache(String arguments, String called) throws Exception {
		Object[] words = arguments.isEmpty() ? new Object[0] : arguments.split(" ");
		assertThat(run(words).output()).isEqualTo("java " + called.replace("JAR", jarAsCalled()) + "\n");
		assertThat(this.caches).doesNotExist();
	}

	@ParameterizedTest
	@CsvSource({ "load, -XX:+TieredCompilation", "--help, -XX:TieredStopAtLevel=1", "-V, -XX:TieredStopAtLevel=1" })
	void whenACommandIsLongItIsCompiledFully(String command, String option) throws Exception {
		assertThat(run(command).output()).contains(option).endsWith(" " + command + "\n");
	}

	@Test
	void whenOptionsOfTheJavaRuntimeAreGivenTheyComeLast() throws Exception {
		assertThat(script().with("TCP_ECHO_JAVA_OPTIONS", "-Xmx64m -Da=b").run("probe").output())
			.contains(" -XX:+DisplayVMOutputToStderr -Xmx64m -Da=b -jar ");
		assertThat(script().with("TCP_ECHO_JAVA_OPTIONS", "-Xmx64m -Da=b").run("serve").output())
			.contains(" -XX:+UseSerialGC -Xmx64m -Da=b -jar ");
	}

	@Test
	void whenTheLauncherIsALinkOrInACheckoutItFindsItsJar() throws Exception {
		Path link = Files.createSymbolicLink(this.directory.resolve("tcp-echo"), this.launcher);
		assertThat(new Script(link.toString(), this.directory).with("JAVA_HOME", this.javaHome)
			.with("JAVA_LOG", this.log)
			.with("TCP_ECHO_CLASS_CACHE", "off")
			.run("probe")
			.output()).contains(jarAsCalled());
		Files.createDirectory(this.directory.resolve("release/target"));
		Files.move(this.jar, this.directory.resolve("release/target/tcp-echo.jar"));
		assertThat(run("probe").output()).contains(" -jar " + this.launcher.getParent() + "/../target/tcp-echo.jar ");
		Files.delete(this.directory.resolve("release/target/tcp-echo.jar"));
		Result none = run("probe");
		assertThat(none.output()).startsWith("tcp-echo: there is no ").contains("mvn package");
		assertThat(none.exitCode()).isEqualTo(3);
	}

	// The Java runtime

	@ParameterizedTest
	@ValueSource(strings = { "1.8.0_402", "11.0.2", "16.0.1" })
	void whenTheJavaRuntimeIsTooOldTheLauncherSaysSo(String version) throws Exception {
		this.javaHome = javaHome("jdk", version);
		Result result = run("probe");
		assertThat(result.output()).isEqualTo("tcp-echo: " + this.javaHome + "/bin/java is Java " + version
				+ "; install a Java runtime, 17 or later, or set JAVA_HOME\n");
		assertThat(result.exitCode()).isEqualTo(3);
	}

	@Test
	void whenThereIsNoJavaRuntimeTheLauncherSaysSo() throws Exception {
		Files.delete(this.javaHome.resolve("bin/java"));
		Result result = run("probe");
		assertThat(result.output()).isEqualTo("tcp-echo: " + this.javaHome
				+ "/bin/java is no program; install a Java runtime, 17 or later, or set JAVA_HOME\n");
		assertThat(result.exitCode()).isEqualTo(3);
	}

	@Test
	void whenTheJavaRuntimeHasNoReleaseFileItIsAsked() throws Exception {
		Files.delete(this.javaHome.resolve("release"));
		Path java = this.javaHome.resolve("bin/java");
		Files.writeString(java, "#!/bin/sh\n[ \"$2\" != -version ] || { printf '    java.home = /x\\n"
				+ "    java.version = 11.0.1\\n' >&2; exit 0; }\n");
		assertThat(run("probe").output()).contains(" is Java 11.0.1; ");
		Files.writeString(java, "#!/bin/sh\necho java: broken >&2\nexit 1\n");
		Result broken = run("probe");
		assertThat(broken.output()).contains("bin/java does not tell its version; install a Java runtime");
		assertThat(broken.exitCode()).isEqualTo(3);
	}

	private String jarAsCalled() {
		return this.launcher.getParent() + "/../share/tcp-echo/tcp-echo.jar";
	}

	private Result run(Object... arguments) throws IOException, InterruptedException {
		return script().run(arguments);
	}

	private Script script() {
		return new Script(this.launcher.toString(), this.directory).with("JAVA_HOME", this.javaHome)
			.with("JAVA_LOG", this.log)
			.with("XDG_CACHE_HOME", this.caches.getParent());
	}

	private Path javaHome(String name, String version) throws IOException {
		Path home = this.directory.resolve(name);
		Files.createDirectories(home.resolve("bin"));
		Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
		Path java = Files.writeString(home.resolve("bin/java"), JAVA);
		assertThat(java.toFile().setExecutable(true)).isTrue();
		return home;
	}

	/** Return a pipe that the script for the Java runtime reads to its end. */
	private Path fifo(String name) {
		Path pipe = this.directory.resolve("log." + name);
		Commands.run("mkfifo", pipe.toString());
		return pipe;
	}

	private Path awaitCache() {
		return awaitCacheBeside(null);
	}

	private Path awaitCacheBeside(Path other) {
		return await().atMost(PATIENCE_IN_SECONDS, TimeUnit.SECONDS)
			.until(() -> validCaches().filter((cache) -> !cache.equals(other)).findFirst().orElse(null),
					(cache) -> cache != null);
	}

	private Stream<Path> validCaches() throws IOException {
		return names(this.caches).stream()
			// A cache that is being made is in a directory whose name begins with new.
			.filter((name) -> name.startsWith("java-"))
			.map(this.caches::resolve)
			.filter((cache) -> Files.isRegularFile(cache.resolve("content")));
	}

	private int calls(String what) throws IOException {
		if (!Files.exists(this.log)) {
			return 0;
		}
		return Math.toIntExact(Files.readAllLines(this.log).stream().filter((line) -> line.contains(what)).count());
	}

	private static List<String> names(Path directory) throws IOException {
		if (!Files.isDirectory(directory)) {
			return List.of();
		}
		try (Stream<Path> files = Files.list(directory)) {
			return files.map((file) -> file.getFileName().toString()).sorted().toList();
		}
	}

}
