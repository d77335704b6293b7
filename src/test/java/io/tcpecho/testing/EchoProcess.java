package io.tcpecho.testing;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.springframework.util.FileSystemUtils;

import static org.awaitility.Awaitility.await;

/**
 * The packaged jar as a process of its own, by default with the listener {@code eof} on a
 * free port of 127.0.0.1 and management on another. Every wait is bounded, and
 * {@link #close()} leaves no process behind.
 */
public final class EchoProcess implements AutoCloseable {

	/** A start takes two to four seconds on an idle machine. */
	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private static final Path JAR = Path.of("target", "tcp-echo.jar").toAbsolutePath();

	private final Path directory;

	private final Process process;

	private EchoProcess(Path directory, Process process) {
		this.directory = directory;
		this.process = process;
	}

	/** Configure a process. */
	public static Builder configure() {
		return new Builder();
	}

	/**
	 * Wait until it says that it has started.
	 * @throws AssertionError if it ends instead
	 */
	public EchoProcess awaitStarted() {
		return awaitOutput("Started TcpEchoApplication");
	}

	/**
	 * Wait until its standard output contains a text.
	 * @throws AssertionError if it ends without
	 */
	public EchoProcess awaitOutput(String text) {
		await().atMost(PATIENCE).until(() -> !this.process.isAlive() || output().contains(text));
		if (!output().contains(text)) {
			throw new AssertionError("The process has ended without \"" + text + "\":\n" + output() + errors());
		}
		return this;
	}

	/** Return the port of a listener that has started. */
	public int port(String listener) {
		return Integer.parseInt(find("Listener " + listener + " on .* port (\\d+),"));
	}

	/** Return the port of management HTTP. */
	public int managementPort() {
		return Integer.parseInt(find("Tomcat started on port (\\d+) "));
	}

	/** Return the first group of a pattern in standard output. */
	public String find(String pattern) {
		Matcher matcher = Pattern.compile(pattern).matcher(output());
		if (!matcher.find()) {
			throw new AssertionError("No " + pattern + " in\n" + output());
		}
		return matcher.group(1);
	}

	/** Return what it wrote to standard output so far. */
	public String output() {
		return read("out");
	}

	/** Return what it wrote to standard error so far. */
	public String errors() {
		return read("err");
	}

	private String read(String file) {
		try {
			return Files.readString(this.directory.resolve(file));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Send SIGTERM. */
	public void terminate() {
		this.process.destroy();
	}

	/** Send SIGKILL. */
	public void kill() {
		this.process.destroyForcibly();
	}

	/** Send SIGSTOP: it stands still, while the system goes on to accept connects. */
	public void pause() {
		signal("STOP");
	}

	/** Send SIGCONT. */
	public void resume() {
		signal("CONT");
	}

	private void signal(String name) {
		try {
			Process kill = new ProcessBuilder("sh", "-c", "kill -" + name + " " + this.process.pid()).inheritIO()
				.start();
			if (!kill.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS) || kill.exitValue() != 0) {
				throw new AssertionError("Cannot send SIG" + name);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			throw interrupted(ex);
		}
	}

	/** Return whether it runs. */
	public boolean isAlive() {
		return this.process.isAlive();
	}

	/**
	 * Wait for its end and return the exit code.
	 * @throws AssertionError if it still runs after that time
	 */
	public int awaitExit(Duration timeout) {
		try {
			if (!this.process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
				throw new AssertionError("The process still runs after " + timeout + ":\n" + output() + errors());
			}
			return this.process.exitValue();
		}
		catch (InterruptedException ex) {
			throw interrupted(ex);
		}
	}

	/** Kill it if it still runs. */
	@Override
	public void close() {
		try {
			this.process.destroyForcibly().waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
			FileSystemUtils.deleteRecursively(this.directory);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			throw interrupted(ex);
		}
	}

	private static IllegalStateException interrupted(InterruptedException cause) {
		Thread.currentThread().interrupt();
		return new IllegalStateException(cause);
	}

	/** What a process is started with. */
	public static final class Builder {

		private final Map<String, Object> arguments = new LinkedHashMap<>();

		private final Map<String, String> environment = new LinkedHashMap<>();

		private final List<String> jvmOptions = new ArrayList<>();

		private int maxDescriptors;

		private Builder() {
			// What makes a short life shorter.
			jvmOption("-XX:TieredStopAtLevel=1");
			jvmOption("-XX:+UseSerialGC");
			jvmOption("-Xmx256m");
			argument("server.port", 0);
			listener("eof", "port", 0);
			listener("eof", "address", "127.0.0.1");
		}

		/** Set a property of a listener on the command line. */
		public Builder listener(String listener, String key, Object value) {
			return argument("tcp-echo.listeners." + listener + "." + key, value);
		}

		/** Set a property on the command line. */
		public Builder argument(String key, Object value) {
			this.arguments.put(key, value);
			return this;
		}

		/** Set an environment variable. */
		public Builder environment(String name, String value) {
			this.environment.put(name, value);
			return this;
		}

		/**
		 * Add an option of the Java runtime; of contradicting ones the last one holds.
		 */
		public Builder jvmOption(String option) {
			this.jvmOptions.add(option);
			return this;
		}

		/** Limit the open files and sockets. */
		public Builder maxDescriptors(int maxDescriptors) {
			this.maxDescriptors = maxDescriptors;
			return this;
		}

		/** Leave management HTTP out, which halves the time to start. */
		public Builder withoutManagement() {
			return argument("spring.main.web-application-type", "none");
		}

		/**
		 * Start the process, with the Java runtime of this test and in an empty
		 * directory.
		 * @throws AssertionError if there is no jar
		 */
		public EchoProcess start() {
			if (!Files.isRegularFile(JAR)) {
				throw new AssertionError(JAR.getFileName() + " is missing; 'mvn package' builds it");
			}
			List<String> command = new ArrayList<>();
			if (this.maxDescriptors > 0) {
				command.addAll(List.of("sh", "-c", "ulimit -n " + this.maxDescriptors + " && exec \"$@\"", "sh"));
			}
			command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
			command.addAll(this.jvmOptions);
			command.addAll(List.of("-jar", JAR.toString()));
			this.arguments.forEach((key, value) -> command.add("--" + key + "=" + value));
			try {
				Path directory = Files.createTempDirectory("tcp-echo-");
				ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile())
					.redirectInput(new File("/dev/null"))
					.redirectOutput(directory.resolve("out").toFile())
					.redirectError(directory.resolve("err").toFile());
				builder.environment()
					.keySet()
					.removeIf((name) -> name.startsWith("TCPECHO_") || name.startsWith("SPRING_"));
				builder.environment().putAll(this.environment);
				return new EchoProcess(directory, builder.start());
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

	}

}
