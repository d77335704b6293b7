package io.tcpecho.delivery;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The unit file of this repository, read line by line.
 */
final class Unit {

	static final Path DIRECTORY = Path.of("deploy");

	static final Path FILE = DIRECTORY.resolve("tcp-echo.service");

	private Unit() {
	}

	/** Return the values of a setting in the order of the file. */
	static List<String> values(String setting) {
		try {
			return Files.readAllLines(FILE)
				.stream()
				.filter((line) -> line.startsWith(setting + "="))
				.map((line) -> line.substring(setting.length() + 1))
				.toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Return the options with which systemd mounts /proc for the service. */
	static String mountOptionsOfProc() {
		StringBuilder options = new StringBuilder("nosuid,noexec,nodev");
		if (values("ProtectProc").contains("invisible")) {
			options.append(",hidepid=2");
		}
		if (values("ProcSubset").contains("pid")) {
			options.append(",subset=pid");
		}
		return options.toString();
	}

}
