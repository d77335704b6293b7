package io.tcpecho.testing;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.tcpecho.text.Labels;

import static org.awaitility.Awaitility.await;

/**
 * The packaged jar as the image runs it: unpacked, and with an archive of its classes,
 * which halves the processor time of a start. It is made once for each build and Java
 * release, by the first test that asks; the others wait for it, in whatever process they
 * run.
 */
enum TrainedJar {

	/** For servers. */
	SERVER("--server.port=0", "--tcp-echo.listeners.eof.port=0", "--tcp-echo.listeners.eof.address=127.0.0.1"),

	/** For commands; nothing listens at TCP port 1. */
	COMMAND("probe", "--count", "1", "127.0.0.1:1");

	/** The jar that the build has made. */
	static final Path JAR = Path.of("target", "tcp-echo.jar").toAbsolutePath();

	/** What makes a short life shorter. */
	static final List<String> OPTIONS = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m");

	private static final int PATIENCE_IN_SECONDS = 120;

	private final List<String> training;

	private final Path directory = Path
		.of("target", "trained", System.getProperty("java.specification.version"), Labels.of(this))
		.toAbsolutePath();

	TrainedJar(String... training) {
		this.training = List.of(training);
	}

	/** Return the Java runtime of this test. */
	static String java() {
		return Path.of(System.getProperty("java.home"), "bin", "java").toString();
	}

	/** Return the options of a Java runtime that run it. */
	List<String> options() {
		if (!Files.isRegularFile(JAR)) {
			throw new AssertionError(JAR.getFileName() + " is missing; 'mvn package' builds it");
		}
		try {
			Files.createDirectories(this.directory);
			try (FileChannel channel = FileChannel.open(this.directory.resolve("lock"), StandardOpenOption.CREATE,
					StandardOpenOption.WRITE)) {
				// Closing the channel gives the lock back.
				channel.lock();
				prepare();
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return List.of("-XX:SharedArchiveFile=" + archive(), "-jar", unpacked().toString());
	}

	private Path archive() {
		return this.directory.resolve("classes.jsa");
	}

	private Path unpacked() {
		return this.directory.resolve("tcp-echo.jar");
	}

	private void prepare() throws IOException {
		Path stamp = this.directory.resolve("stamp");
		String current = Files.getLastModifiedTime(JAR) + " " + Files.size(JAR);
		if (Files.exists(stamp) && Files.readString(stamp).equals(current)) {
			return;
		}
		end(start(List.of("-Djarmode=tools", "-jar", JAR.toString(), "extract", "--force", "--destination",
				this.directory.toString())));
		Files.deleteIfExists(archive());
		List<String> train = new ArrayList<>(OPTIONS);
		train.addAll(List.of("-XX:ArchiveClassesAtExit=" + archive(), "-jar", unpacked().toString()));
		train.addAll(this.training);
		Process training = start(train);
		if (this == SERVER) {
			await().atMost(PATIENCE_IN_SECONDS, TimeUnit.SECONDS)
				.until(() -> !training.isAlive() || Files.readString(output()).contains("Started TcpEchoApplication"));
			training.destroy();
		}
		end(training);
		if (!Files.isRegularFile(archive())) {
			throw new AssertionError("No archive of classes was made: " + Files.readString(output()));
		}
		Files.writeString(stamp, current);
	}

	private Path output() {
		return this.directory.resolve("out");
	}

	private Process start(List<String> options) throws IOException {
		List<String> command = new ArrayList<>(List.of(java()));
		command.addAll(options);
		return new ProcessBuilder(command).directory(this.directory.toFile())
			.redirectInput(new File("/dev/null"))
			.redirectErrorStream(true)
			.redirectOutput(output().toFile())
			.start();
	}

	private static void end(Process process) {
		try {
			if (!process.waitFor(PATIENCE_IN_SECONDS, TimeUnit.SECONDS)) {
				throw new AssertionError("A process of " + process.info() + " has not ended");
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
		finally {
			process.destroyForcibly();
		}
	}

}
