package io.tcpecho.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

import io.tcpecho.text.Amounts;

/**
 * Where a load was made, and by what.
 *
 * @param version the version of tcp-echo
 * @param host the name of the machine
 * @param machine its processors, memory, system and Java runtime, in words
 */
public record Origin(String version, String host, String machine) {

	private static final long BYTES_PER_MEGABYTE = 1024 * 1024;

	private static final String UNKNOWN = "unknown";

	/** Return this machine; no name is looked up for it. */
	public static Origin here(String version) {
		Runtime runtime = Runtime.getRuntime();
		return new Origin(version, firstLine(Path.of("/proc/sys/kernel/hostname")),
				Amounts.count(runtime.availableProcessors(), "processor") + model() + ", heap of at most "
						+ runtime.maxMemory() / BYTES_PER_MEGABYTE + " MB, " + System.getProperty("os.name") + " "
						+ System.getProperty("os.version") + " " + System.getProperty("os.arch") + ", Java "
						+ Runtime.version());
	}

	private static String firstLine(Path file) {
		try (Stream<String> lines = Files.lines(file)) {
			return lines.findFirst().orElse(UNKNOWN);
		}
		catch (IOException ex) {
			return UNKNOWN;
		}
	}

	private static String model() {
		try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
			return lines.filter((line) -> line.startsWith("model name"))
				.findFirst()
				.map((line) -> " (" + line.substring(line.indexOf(':') + 1).strip() + ")")
				.orElse("");
		}
		catch (IOException ex) {
			return "";
		}
	}

}
