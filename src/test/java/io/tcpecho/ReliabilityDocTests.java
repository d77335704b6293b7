package io.tcpecho;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * docs/reliability.md names tests that exist.
 */
class ReliabilityDocTests {

	private static final Path SOURCES = Path.of("src/test/java/io/tcpecho");

	private static final Pattern TEST = Pattern
		.compile("`(?:[a-z]+\\.)?(?=[A-Z#])([A-Z]\\w*(?:Tests|IT))?(?:#(\\w+))?`");

	@Test
	void whateverThePageNamesIsATest() throws IOException {
		Map<String, Path> classes = new HashMap<>();
		try (Stream<Path> files = Files.walk(SOURCES)) {
			files.forEach((file) -> classes.put(file.getFileName().toString().replace(".java", ""), file));
		}
		List<String> missing = new ArrayList<>();
		int named = 0;
		for (String line : Files.readAllLines(Path.of("docs/reliability.md"))) {
			String type = "";
			Matcher test = TEST.matcher(line);
			while (test.find()) {
				named++;
				type = (test.group(1) != null) ? test.group(1) : type;
				if (!isThere(classes.get(type), test.group(2))) {
					missing.add(type + "#" + test.group(2));
				}
			}
		}
		assertThat(missing).isEmpty();
		assertThat(named).isGreaterThan(100);
	}

	@Test
	void eachCaseOfTheCatalogueIsOnThePage() throws IOException {
		String page = Files.readString(Path.of("docs/reliability.md"));
		Stream<String> cases = Stream.of("1-11", "13-18", "20-22", "24-29", "31-42", "44-45", "47-48", "56-59", "62-65",
				"67-72", "76-94");
		assertThat(cases.flatMapToInt(ReliabilityDocTests::range)
			.filter((number) -> !Pattern.compile("(?m)^\\| (\\d+, )*" + number + "(, \\d+)* \\|").matcher(page).find())
			.toArray()).isEmpty();
	}

	private static IntStream range(String text) {
		String[] ends = text.split("-");
		return IntStream.rangeClosed(Integer.parseInt(ends[0]), Integer.parseInt(ends[1]));
	}

	private static boolean isThere(Path file, String method) throws IOException {
		return file != null && (method == null || Files.readString(file).contains("void " + method + "("));
	}

}
