package io.tcpecho.testing;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.awaitility.core.ConditionTimeoutException;

import static org.awaitility.Awaitility.await;

/**
 * The packaged jar as a process of its own, by default with the listener {@code eof} on a
 * free port of 127.0.0.1 and management on another. Every wait is bounded, and
 * {@link #close()} leaves no process behind.
 */
public final class EchoProcess implements AutoCloseable {

	/** A start takes two to four seconds on an idle machine, ten with a debugger. */
	private static final Duration PATIENCE = Duration.ofSeconds(120);

	private static final List<String> NOBODY = List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");

	private final Path directory;

	private final Process process;

	/** What to put before a command to run it as the user of this process. */
	private final List<String> user;

	private EchoProcess(Path directory, Process process, List<String> user) {
		this.directory = directory;
		this.process = process;
		this.user = user;
	}

	/** Configure a process. */
	public static Builder configure() {
		return new Builder();
	}

	/** Return what runs a command of the jar; the command and its arguments follow. */
	public static List<String> commandLine() {
		List<String> command = new ArrayList<>(List.of(TrainedJar.java()));
		command.addAll(TrainedJar.OPTIONS);
		command.addAll(TrainedJar.COMMAND.options());
		return command;
	}

	/** Start another command of the jar than the server. */
	public static EchoProcess command(String... arguments) {
		return new Builder(List.of(arguments)).start();
	}

	/**
	 * Wait until it says that it has started. If it does not, nothing is left of it.
	 * @throws AssertionError if it ends instead, or takes longer than a minute
	 */
	public EchoProcess awaitStarted() {
		try {
			return awaitOutput("Started TcpEchoApplication");
		}
		catch (RuntimeException | AssertionError ex) {
			close();
			throw ex;
		}
	}

	/**
	 * Wait until its standard output contains a text.
	 * @throws AssertionError if it ends without, or has not written it after a minute
	 */
	public EchoProcess awaitOutput(String text) {
		try {
			await().atMost(PATIENCE).until(() -> !this.process.isAlive() || output().contains(text));
		}
		catch (ConditionTimeoutException ex) {
			throw new AssertionError("No \"" + text + "\" after " + PATIENCE + ":\n" + output() + errors(), ex);
		}
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

	/** Return its number. */
	public long pid() {
		return this.process.pid();
	}

	/** Return the processor time that all its threads have used. */
	public Duration processorTime() {
		return this.process.info().totalCpuDuration().orElseThrow();
	}

	/**
	 * Return the number that its next file or socket would have; without management, as a
	 * thread that blocks in an accept has reserved one that is not visible.
	 */
	public int nextDescriptor() {
		int next = 0;
		while (Files.exists(Path.of("/proc/" + pid() + "/fd/" + next), LinkOption.NOFOLLOW_LINKS)) {
			next++;
		}
		return next;
	}

	/**
	 * Set one of its soft limits while it runs.
	 * @param resource in the words of prlimit, such as nofile
	 * @param limit a number, or unlimited
	 */
	public void limit(String resource, Object limit) {
		Commands.require("prlimit", "util-linux");
		List<String> command = new ArrayList<>(this.user);
		command.addAll(List.of("prlimit", "--pid", "" + pid(), "--" + resource + "=" + limit + ":"));
		Commands.run(command);
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
		Commands.end(this.process, this.directory);
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

		private final List<String> command;

		private final List<String> prefix = new ArrayList<>();

		private int maxDescriptors;

		private boolean unprivileged;

		private boolean downloaded;

		private Builder(List<String> command) {
			this.command = command;
			this.jvmOptions.addAll(TrainedJar.OPTIONS);
		}

		private Builder() {
			this(List.of());
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

		/** Run it as a user without privileges, if the test has them. */
		public Builder unprivileged() {
			this.unprivileged = true;
			return this;
		}

		/** Run it, and let it listen, in a network namespace. */
		public Builder inside(NetworkNamespace namespace) {
			this.prefix.addAll(namespace.enter());
			return listener("eof", "address", namespace.address());
		}

		/**
		 * Run it by another command, which ends by executing its arguments.
		 */
		public Builder by(String... command) {
			this.prefix.addAll(List.of(command));
			return this;
		}

		/** Run the jar as it is downloaded, not unpacked and with an archive. */
		public Builder asDownloaded() {
			this.downloaded = true;
			return this;
		}

		private List<String> jar() {
			return this.downloaded ? List.of("-jar", TrainedJar.JAR.toString())
					: (this.command.isEmpty() ? TrainedJar.SERVER : TrainedJar.COMMAND).options();
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
			List<String> command = new ArrayList<>(this.prefix);
			if (this.maxDescriptors > 0) {
				command.addAll(List.of("sh", "-c", "ulimit -n " + this.maxDescriptors + " && exec \"$@\"", "sh"));
			}
			try {
				Path directory = Files.createTempDirectory("tcp-echo-");
				List<String> user = List.of();
				List<String> run = jar();
				if (this.unprivileged && Commands.isRoot()) {
					Commands.require("setpriv", "util-linux");
					user = NOBODY;
					// Where the project lies, others may have no access.
					run = List.of("-jar", Files.copy(TrainedJar.JAR, directory.resolve("tcp-echo.jar")).toString());
					Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
				}
				command.addAll(user);
				command.add(TrainedJar.java());
				command.addAll(this.jvmOptions);
				command.addAll(run);
				command.addAll(this.command);
				this.arguments.forEach((key, value) -> command.add("--" + key + "=" + value));
				ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile())
					.redirectInput(new File("/dev/null"))
					.redirectOutput(directory.resolve("out").toFile())
					.redirectError(directory.resolve("err").toFile());
				builder.environment()
					.keySet()
					.removeIf((name) -> name.startsWith("TCPECHO_") || name.startsWith("SPRING_"));
				builder.environment().putAll(this.environment);
				return new EchoProcess(directory, builder.start(), user);
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

	}

}
