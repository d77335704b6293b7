package io.tcpecho.via;

import java.nio.charset.StandardCharsets;

/**
 * A user and a password for a proxy. Its text never shows the password.
 *
 * @param user the name
 * @param password the password, which may be empty
 */
public record Login(String user, String password) {

	private static final int MOST_BYTES = 255;

	/**
	 * Check the lengths, which are those of SOCKS 5.
	 * @throws IllegalArgumentException naming the value that is wrong, without the
	 * password
	 */
	public Login {
		requireAtMost("user", user);
		requireAtMost("password", password);
		if (user.isEmpty()) {
			throw new IllegalArgumentException("the user is empty");
		}
	}

	private static void requireAtMost(String name, String value) {
		int size = bytes(value).length;
		if (size > MOST_BYTES) {
			throw new IllegalArgumentException("the " + name + " has " + size + " bytes, more than " + MOST_BYTES);
		}
	}

	static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	/** Return the user only. */
	@Override
	public String toString() {
		return this.user;
	}

}
