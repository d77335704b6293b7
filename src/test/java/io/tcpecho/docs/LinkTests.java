package io.tcpecho.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The links of all pages: a relative link leads to a file of the repository, and its
 * anchor to a heading there.
 */
class LinkTests {

	private static final Set<String> NOT_OURS = Set.of("target", "node_modules", ".git", ".ci");

	/** Code, in which brackets are no links. */
	private static final Pattern CODE = Pattern.compile("(?s)```.*?```|`[^`\n]*`");

	private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");

	private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.+)$");

	private static final Pattern EXTERNAL = Pattern.compile("[a-z]+:.*");

	static Stream<Path> pages() throws IOException {
		try (Stream<Path> files = Files.walk(Path.of(""))) {
			return files.filter((file) -> file.toString().endsWith(".md"))
				.filter((file) -> Stream.of(file.toString().split("/")).noneMatch(NOT_OURS::contains))
				.sorted()
				.toList()
				.stream();
		}
	}

	@ParameterizedTest
	@MethodSource("pages")
	void whenAPageHasARelativeLinkItLeadsSomewhere(Path page) throws IOException {
		String text = CODE.matcher(Files.readString(page)).replaceAll("");
		Set<String> links = LINK.matcher(text)
			.results()
			.map((MatchResult link) -> link.group(1))
			.filter((link) -> !EXTERNAL.matcher(link).matches())
			.collect(Collectors.toSet());
		assertThat(links).allSatisfy((link) -> {
			String[] parts = link.split("#", 2);
			Path target = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]).normalize();
			assertThat(target).exists();
			if (parts.length == 2) {
				assertThat(anchors(target)).contains(parts[1]);
			}
		});
	}

	@ParameterizedTest
	@MethodSource("pages")
	void whenThereIsAPageAnotherOneLeadsToIt(Path page) throws IOException {
		Set<String> top = Set.of("README.md", ".github/PULL_REQUEST_TEMPLATE.md");
		for (Path other : pages().toList()) {
			boolean leads = LINK.matcher(Files.readString(other))
				.results()
				.map((MatchResult link) -> link.group(1).split("#", 2)[0])
				.filter((link) -> !link.isEmpty() && !EXTERNAL.matcher(link).matches())
				.anyMatch((link) -> other.resolveSibling(link).normalize().equals(page));
			if (leads && !other.equals(page)) {
				return;
			}
		}
		assertThat(top).as("pages that no other one leads to").contains(page.toString());
	}

	/** Return the anchors that GitHub gives to the headings of a page. */
	private static Set<String> anchors(Path page) throws IOException {
		return HEADING.matcher(Files.readString(page))
			.results()
			.map((MatchResult heading) -> heading.group(1)
				.toLowerCase(Locale.ROOT)
				.replaceAll("[^\\p{L}\\p{N} _-]", "")
				.replace(' ', '-'))
			.collect(Collectors.toSet());
	}

}
