package io.tcpecho.cli;

import java.nio.file.Files;
import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

/**
 * A check of a file that a command writes at its end, before minutes of measuring.
 */
final class OutputFile {

	private OutputFile() {
	}

	/**
	 * Check that a file can be written.
	 * @param option the option that names it
	 * @param file the file; null if the option was not given
	 * @param replace whether it may replace another
	 * @throws IllegalArgumentException if it cannot be written; the message says why
	 */
	static void check(String option, @Nullable Path file, boolean replace) {
		if (file != null) {
			String problem = problem(file, replace);
			if (!problem.isEmpty()) {
				throw new IllegalArgumentException(option + " " + file + " " + problem);
			}
		}
	}

	private static String problem(Path file, boolean replace) {
		Path directory = file.toAbsolutePath().getParent();
		if (Files.isDirectory(file)) {
			return "is a directory";
		}
		if (directory == null || !Files.isDirectory(directory)) {
			return "is in no directory that exists";
		}
		if (!Files.exists(file)) {
			return Files.isWritable(directory) ? "" : "cannot be written: its directory is not writable";
		}
		return !replace ? "exists; --force replaces it" : Files.isWritable(file) ? "" : "cannot be written";
	}

}
