package io.tcpecho.via;

import java.nio.charset.StandardCharsets;

/**
 * A user and a password for a proxy. Its text never shows the password.
 *
 * @param user the name
 * @param password the password, which may be empty
 */
public record Login(String user, String password) {

	/**
	 * Check that there is a user.
	 * @throws IllegalArgumentException if it is empty
	 */
	public Login {
		if (user.isEmpty()) {
			throw new IllegalArgumentException("the user is empty");
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
