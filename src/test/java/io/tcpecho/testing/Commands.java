package io.tcpecho.testing;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.springframework.util.FileSystemUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * Programs of the system that tests use beside the server. What is missing fails the test
 * where CI is true, and skips it by name elsewhere.
 */
public final class Commands {

	private static final int PATIENCE_IN_SECONDS = 60;

	private Commands() {
	}

	/** Go on only if a program is installed. */
	public static void require(String program, String debianPackage) {
		boolean installed = Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
			.anyMatch((directory) -> Files.isExecutable(Path.of(directory, program)));
		require(installed, program + ", Debian package " + debianPackage + ", is installed");
	}

	/** Go on only as root. */
	public static void requireRoot() {
		require(isRoot(), "The test runs as root");
	}

	/** Go on only if a condition holds. */
	public static void require(boolean condition, String description) {
		if (!"true".equals(System.getenv("CI"))) {
			assumeThat(condition).as(description).isTrue();
		}
		assertThat(condition).as(description).isTrue();
	}

	/** Return whether the test runs as root. */
	public static boolean isRoot() {
		try {
			return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Run a command to its end.
	 * @return what it printed
	 * @throws AssertionError if it fails
	 */
	public static String run(String... command) {
		return run(List.of(command));
	}

	/**
	 * Run a command to its end.
	 * @return what it printed
	 * @throws AssertionError if it fails
	 */
	public static String run(List<String> command) {
		try {
			Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
			process.getOutputStream().close();
			String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			if (!process.waitFor(PATIENCE_IN_SECONDS, TimeUnit.SECONDS)) {
				process.destroyForcibly();
				throw new AssertionError("Still running: " + String.join(" ", command));
			}
			assertThat(process.exitValue()).as(String.join(" ", command) + "\n" + output).isZero();
			return output;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** Compile a program of src/test/c. */
	public static Path compile(Path target, String source, String... options) {
		require("gcc", "gcc and libc6-dev");
		List<String> command = new ArrayList<>(List.of("gcc", "-O2", "-Wall", "-Wextra", "-Werror"));
		command.addAll(List.of(options));
		command.addAll(List.of("-o", target.toString(), Path.of("src", "test", "c", source).toString()));
		run(command);
		return target;
	}

	/** Kill a process and delete its directory. */
	static void end(Process process, Path directory) {
		try {
			process.destroyForcibly().waitFor(PATIENCE_IN_SECONDS, TimeUnit.SECONDS);
			FileSystemUtils.deleteRecursively(directory);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

}
