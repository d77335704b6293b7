package io.tcpecho.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.tcpecho.via.ViaProxy;
import org.jspecify.annotations.Nullable;

/**
 * Passwords of proxies that are not on the command line, where every user of the machine
 * could read them: the lines of a file, or an environment variable.
 */
final class ViaPasswords {

	/** The environment variable with the password of all proxies. */
	static final String VARIABLE = "TCP_ECHO_VIA_PASSWORD";

	private final List<String> passwords;

	private final boolean one;

	private final String origin;

	private ViaPasswords(List<String> passwords, boolean one, String origin) {
		this.passwords = passwords;
		this.one = one;
		this.origin = origin;
	}

	/**
	 * Return the passwords.
	 * @param file where they are; null for the environment variable
	 * @throws IllegalArgumentException if the file cannot be read
	 */
	static ViaPasswords of(@Nullable Path file, Map<String, String> environment) {
		if (file == null) {
			String password = environment.get(VARIABLE);
			return new ViaPasswords((password != null) ? List.of(password) : List.of(), true,
					"neither via-password-file nor " + VARIABLE + " has it");
		}
		try {
			return new ViaPasswords(Files.readAllLines(file, StandardCharsets.UTF_8), false,
					"via-password-file " + file + " has no line for it");
		}
		catch (IOException ex) {
			throw new IllegalArgumentException("via-password-file " + file + " cannot be read: " + ex);
		}
	}

	/**
	 * Return the proxies with their passwords.
	 * @throws IllegalArgumentException naming the proxy that has none
	 */
	List<ViaProxy> fill(List<ViaProxy> proxies) {
		List<ViaProxy> filled = new ArrayList<>();
		int next = 0;
		for (ViaProxy proxy : proxies) {
			if (!proxy.needsPassword()) {
				filled.add(proxy);
				continue;
			}
			if (next == this.passwords.size()) {
				throw new IllegalArgumentException(
						"via " + proxy + " needs a password for its user, and " + this.origin);
			}
			filled.add(proxy.with(this.passwords.get(next)));
			next += this.one ? 0 : 1;
		}
		if (!this.one && next < this.passwords.size()) {
			throw new IllegalArgumentException("via-password-file has " + this.passwords.size()
					+ " lines, and via names " + next + " without a password but with a user");
		}
		return filled;
	}

}
