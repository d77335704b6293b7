package io.tcpecho.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.tcpecho.docs.TestCases.TestCase;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * docs/reliability.md: its promises name tests that exist, and its table of cases is that
 * of the tests.
 */
class ReliabilityDocTests {

	private static final String PAGE = "docs/reliability.md";

	private static final Path SOURCES = Path.of("src/test/java/io/tcpecho");

	/** A class of tests, with a method or without. */
	private static final Pattern TEST = Pattern.compile("`([A-Z]\\w*(?:Tests|IT))(?:#(\\w+))?`");

	@Test
	void theTableOfCasesIsThatOfTheTests() throws IOException {
		List<TestCase> cases = TestCases.all();
		assertThat(cases).hasSizeGreaterThan(80);
		String table = cases.stream()
			.map((each) -> "| " + each.sentence().replace("|", "\\|") + " | [" + each.type().getSimpleName() + "]("
					+ each.file() + ") | " + (each.slow() ? "`-Preliability`" : "`mvn verify`") + " |\n")
			.collect(Collectors.joining("", "| what is shown | test | run by |\n| --- | --- | --- |\n", ""));
		Generated.check(PAGE, (page) -> Generated.replace(page, "cases", table));
	}

	@Test
	void whateverThePromisesNameIsATest() throws IOException {
		Map<String, Path> classes = new HashMap<>();
		try (Stream<Path> files = Files.walk(SOURCES)) {
			files.forEach((file) -> classes.put(file.getFileName().toString().replace(".java", ""), file));
		}
		List<String> missing = new ArrayList<>();
		int named = 0;
		Matcher test = TEST.matcher(Files.readString(Path.of(PAGE)));
		while (test.find()) {
			named++;
			if (!isThere(classes.get(test.group(1)), test.group(2))) {
				missing.add(test.group());
			}
		}
		assertThat(missing).isEmpty();
		assertThat(named).isGreaterThan(15);
	}

	private static boolean isThere(Path file, String method) throws IOException {
		return file != null && (method == null || Files.readString(file).contains("void " + method + "("));
	}

}
