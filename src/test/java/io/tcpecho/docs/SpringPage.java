package io.tcpecho.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The files that docs/spring.md shows.
 */
final class SpringPage {

	private static final Path PAGE = Path.of("docs", "spring.md");

	private final String page;

	private SpringPage(String page) {
		this.page = page;
	}

	static SpringPage read() throws IOException {
		return new SpringPage(Files.readString(PAGE));
	}

	/** Return the pom.xml of a project with the library. */
	String pom() {
		return block("xml", "<project ");
	}

	/** Return the source of a class. */
	String source(String className) {
		return block("java", "class " + className + " ");
	}

	/** Return what the application prints. */
	String output() {
		return block("console", "spring-boot:run").lines().skip(1).findFirst().orElseThrow();
	}

	/** Return the one block of a language that has a text. */
	private String block(String language, String text) {
		Matcher blocks = Pattern.compile("(?ms)^```" + language + "\n(.*?)^```$").matcher(this.page);
		return blocks.results()
			.map((block) -> block.group(1))
			.filter((block) -> block.contains(text))
			.findFirst()
			.orElseThrow(() -> new AssertionError(PAGE + " has no block of " + language + " with " + text));
	}

}
