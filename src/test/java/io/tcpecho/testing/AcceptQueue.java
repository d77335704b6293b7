package io.tcpecho.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * The connections that the system has completed and the server has not accepted yet, as
 * Linux tells.
 */
final class AcceptQueue {

	private static final List<Path> TABLES = List.of(Path.of("/proc/net/tcp6"), Path.of("/proc/net/tcp"));

	private static final String LISTEN = "0A";

	private AcceptQueue() {
	}

	/**
	 * Return how many connections wait at a port of this machine; 0 where the system does
	 * not report it.
	 */
	static int length(int port) {
		return TABLES.stream().filter(Files::exists).mapToInt((table) -> length(table, port)).sum();
	}

	private static int length(Path table, int port) {
		String address = ":" + String.format(Locale.ROOT, "%04X", port);
		try (BufferedReader lines = Files.newBufferedReader(table)) {
			lines.readLine();
			String line;
			// Those that listen come first, before thousands in TIME_WAIT.
			while ((line = lines.readLine()) != null) {
				String[] columns = line.trim().split("\\s+", 6);
				if (!columns[3].equals(LISTEN)) {
					return 0;
				}
				if (columns[1].endsWith(address)) {
					return Integer.parseInt(columns[4].substring(columns[4].indexOf(':') + 1), 16);
				}
			}
			return 0;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
