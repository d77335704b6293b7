package io.tcpecho.settings;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

import io.tcpecho.framing.Framing;
import io.tcpecho.settings.TcpEchoProperties.Listener;
import io.tcpecho.settings.TcpEchoProperties.Service;
import io.tcpecho.text.Escapes;
import io.tcpecho.text.Labels;
import org.jspecify.annotations.Nullable;

/**
 * The rules for what a listener sends of its own: a greeting and the identity line are
 * text before the reply, which a client of some framings would take for a message.
 */
final class IdentityChecks {

	/** The most bytes of a greeting. */
	static final int LONGEST_GREETING_IN_BYTES = 1024;

	private static final int LONGEST_NAME = 253;

	private static final Set<Framing> ALLOWED = EnumSet.of(Framing.EOF, Framing.LINE, Framing.CRLF, Framing.STREAM);

	private IdentityChecks() {
	}

	/** Find the problems of the names. */
	static List<String> find(Identity identity) {
		List<String> problems = new ArrayList<>();
		checkName("pod", identity.pod(), problems);
		checkName("node", identity.node(), problems);
		return problems;
	}

	private static void checkName(String key, @Nullable String name, List<String> problems) {
		if (name != null && !name.isEmpty() && !isName(name)) {
			problems.add(TcpEchoProperties.PREFIX + ".identity." + key + " is '" + Escapes.escape(name)
					+ "', and must have at most " + LONGEST_NAME + " visible characters of ASCII and no space");
		}
	}

	/** Return whether a text can be one of the words of the identity line. */
	static boolean isName(String text) {
		return !text.isEmpty() && text.length() <= LONGEST_NAME && text.chars().allMatch((c) -> c > ' ' && c < 0x7F);
	}

	/** Find the problems of one listener. */
	static List<String> find(String key, Listener listener) {
		List<String> problems = new ArrayList<>();
		String greeting = listener.greeting();
		boolean greets = greeting != null && !greeting.isEmpty();
		if (greets) {
			checkGreeting(key, greeting, problems);
		}
		if (listener.service() != Service.ECHO) {
			String service = Labels.of(listener.service());
			if (greets) {
				problems.add(key + ".greeting is set, which service " + service + " does not have");
			}
			if (listener.identify()) {
				problems.add(key + ".identify is true, which service " + service + " does not have");
			}
		}
		else if (!ALLOWED.contains(listener.framing())) {
			String framing = Labels.of(listener.framing());
			if (greets) {
				problems
					.add(key + ".greeting is set, and a client of framing " + framing + " would take it for a message");
			}
			if (listener.identify()) {
				problems.add(key + ".identify is true, and a client of framing " + framing
						+ " would take the line for a message");
			}
		}
		return problems;
	}

	private static void checkGreeting(String key, String greeting, List<String> problems) {
		try {
			int size = Escapes.bytes(greeting).length;
			if (size > LONGEST_GREETING_IN_BYTES) {
				problems
					.add(key + ".greeting has " + size + " bytes, and must have at most " + LONGEST_GREETING_IN_BYTES);
			}
		}
		catch (IllegalArgumentException ex) {
			problems.add(key + ".greeting: " + ex.getMessage());
		}
	}

}
