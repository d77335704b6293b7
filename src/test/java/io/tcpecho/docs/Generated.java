package io.tcpecho.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A part of a document that the tests generate. A test compares it with what the document
 * has; with {@code -Dupdate.docs=true} it writes the document instead.
 */
final class Generated {

	private static final String COMMAND = "mvn test -Dtest='*DocTests' -Dupdate.docs=true";

	private Generated() {
	}

	/**
	 * Check that a document is what it should be, or make it so.
	 * @param document the file, relative to the top of the repository
	 * @param generator returns the document as it should be
	 */
	static void check(String document, UnaryOperator<String> generator) throws IOException {
		Path file = Path.of(document);
		String present = Files.readString(file);
		String expected = generator.apply(present);
		if (Boolean.getBoolean("update.docs")) {
			Files.writeString(file, expected);
			return;
		}
		assertThat(present).as("%s is out of date. This command updates it: %s", document, COMMAND).isEqualTo(expected);
	}

	/**
	 * Return a page with new text between the marks {@code <!-- generated: NAME -->} and
	 * {@code <!-- end of NAME -->}.
	 */
	static String replace(String page, String name, String text) {
		String begin = "<!-- generated: " + name + " -->\n";
		String end = "<!-- end of " + name + " -->";
		assertThat(page).as("marks of the generated part").containsOnlyOnce(begin).containsOnlyOnce(end);
		return page.substring(0, page.indexOf(begin) + begin.length()) + "\n" + text + "\n"
				+ page.substring(page.indexOf(end));
	}

}
