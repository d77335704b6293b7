package io.tcpecho.delivery;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A script of this repository, called from a directory that is not the repository's.
 */
final class Script {

	private static final int PATIENCE_IN_SECONDS = 180;

	private final Path file;

	private final Path directory;

	private final Map<String, String> environment = new LinkedHashMap<>();

	/**
	 * Create a call.
	 * @param name the path of the script in the repository
	 * @param directory where it is called
	 */
	Script(String name, Path directory) {
		this.file = Path.of(name).toAbsolutePath();
		this.directory = directory;
		with("JAVA_HOME", System.getProperty("java.home"));
	}

	/** Set a variable of its environment. */
	Script with(String name, Object value) {
		this.environment.put(name, value.toString());
		return this;
	}

	/** Run it to its end. */
	Result run(Object... arguments) throws IOException, InterruptedException {
		Process process = start(arguments);
		try {
			String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			if (!process.waitFor(PATIENCE_IN_SECONDS, TimeUnit.SECONDS)) {
				throw new AssertionError("Still running: " + this.file);
			}
			return new Result(process.exitValue(), output);
		}
		finally {
			process.destroyForcibly();
		}
	}

	/** Start it. Its output and errors come as one stream. */
	Process start(Object... arguments) throws IOException {
		List<String> command = new ArrayList<>(List.of(this.file.toString()));
		for (Object argument : arguments) {
			command.add(argument.toString());
		}
		ProcessBuilder builder = new ProcessBuilder(command).directory(this.directory.toFile())
			.redirectInput(new File("/dev/null"))
			.redirectErrorStream(true);
		builder.environment().putAll(this.environment);
		return builder.start();
	}

	/**
	 * What a call gave.
	 *
	 * @param exitCode its exit code
	 * @param output what it printed, errors included
	 */
	record Result(int exitCode, String output) {

	}

}
