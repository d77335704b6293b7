package io.tcpecho.settings;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.tcpecho.client.EchoClientProperties;
import io.tcpecho.framing.Framing;
import io.tcpecho.settings.TcpEchoProperties.Listener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.context.properties.bind.DefaultValue;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The README's table of properties against the code.
 */
class ReadmeTests {

	private static final Pattern ROW = Pattern.compile("\\| `([a-z.-]+)` \\| (.+?) \\| .+ \\|");

	private static final List<String> README = read();

	@Test
	void whenThereIsAPropertyTheReadmeHasItAndNoOther() {
		Stream<String> ofListeners = keys(Listener.class, "");
		Stream<String> ofAll = keys(TcpEchoProperties.class, "tcp-echo.")
			.filter((key) -> !key.matches(".*\\.(listeners|client)"));
		Stream<String> ofTheClient = keys(EchoClientProperties.class, EchoClientProperties.PREFIX + ".");
		assertThat(rows().map(Map.Entry::getKey)).containsExactlyInAnyOrderElementsOf(
				Stream.of(ofListeners, ofAll, ofTheClient).flatMap(Function.identity()).toList());
	}

	@Test
	void whenAPropertyHasADefaultTheReadmeShowsIt() {
		Map<String, String> defaults = rows().collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
		assertThat(defaults).hasSizeGreaterThan(20);
		Stream
			.of(defaults(Listener.class, ""), defaults(TcpEchoProperties.class, "tcp-echo."),
					defaults(EchoClientProperties.class, EchoClientProperties.PREFIX + "."))
			.flatMap(Function.identity())
			.forEach((entry) -> assertThat(defaults.get(entry.getKey())).as("default of %s", entry.getKey())
				.isEqualTo("`" + entry.getValue() + "`"));
	}

	@ParameterizedTest
	@EnumSource
	void whenThereIsAFramingTheReadmeHasACommandForIt(Framing framing) {
		String name = framing.name().toLowerCase(Locale.ROOT).replace('_', '-');
		assertThat(README).anyMatch((line) -> line.contains("| `" + name + "` |") && line.contains("nc -N localhost"));
	}

	private static Stream<Map.Entry<String, String>> rows() {
		return README.stream()
			.map(ROW::matcher)
			.filter((row) -> row.matches())
			.map((row) -> Map.entry(row.group(1), row.group(2)));
	}

	private static Stream<String> keys(Class<?> type, String prefix) {
		return Arrays.stream(type.getRecordComponents())
			.flatMap((component) -> component.getType().isRecord()
					? keys(component.getType(), name(component, prefix) + ".") : Stream.of(name(component, prefix)));
	}

	private static Stream<Map.Entry<String, String>> defaults(Class<?> type, String prefix) {
		RecordComponent[] components = type.getRecordComponents();
		return Stream.iterate(0, (i) -> i < components.length, (i) -> i + 1).flatMap((i) -> {
			String name = name(components[i], prefix);
			if (components[i].getType().isRecord()) {
				return defaults(components[i].getType(), name + ".");
			}
			DefaultValue value = type.getDeclaredConstructors()[0].getParameters()[i].getAnnotation(DefaultValue.class);
			return (value != null && value.value().length > 0)
					? Stream.of(Map.entry(name, String.join(", ", value.value()))) : Stream.empty();
		});
	}

	private static String name(RecordComponent component, String prefix) {
		return prefix + component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
	}

	private static List<String> read() {
		try {
			return Files.readAllLines(Path.of("README.md"));
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
