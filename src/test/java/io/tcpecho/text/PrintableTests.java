package io.tcpecho.text;

import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is shown of every character of Unicode.
 */
class PrintableTests {

	/** Control characters, those without a width, separators, and those of direction. */
	private static final int[][] UNSAFE = { { 0, 0x1F }, { 0x7F, 0x9F }, { 0xAD, 0xAD }, { 0x61C, 0x61C },
			{ 0x180E, 0x180E }, { 0x200B, 0x200F }, { 0x2028, 0x202E }, { 0x2060, 0x2064 }, { 0x2066, 0x206F },
			{ 0xD800, 0xDFFF }, { 0xFEFF, 0xFEFF }, { 0xFFF9, 0xFFFB }, { 0x1D173, 0x1D17A }, { 0xE0001, 0xE0001 },
			{ 0xE0020, 0xE007F } };

	@Test
	void whenACharacterIsUnsafeItIsShownAsAnEscapeOfAscii() {
		unsafe().forEach((codePoint) -> {
			String text = "a" + Character.toString(codePoint) + "b";
			String escape = Character.toString(codePoint)
				.chars()
				.mapToObj("\\u%04x"::formatted)
				.collect(Collectors.joining());
			assertThat(Printable.of(text)).isEqualTo("a" + escape + "b");
			assertThat(Printable.json(text)).isEqualTo("\"a" + escape + "b\"");
			assertThat(Printable.html(text)).isEqualTo("a" + escape + "b");
			assertThat(Printable.lines(text))
				.isEqualTo((codePoint == '\n' || codePoint == '\t') ? text : "a" + escape + "b");
		});
	}

	@Test
	void whenATextHasEveryCharacterNothingUnsafeIsLeftAndJsonKeepsAll() {
		String all = IntStream.rangeClosed(0, Character.MAX_CODE_POINT)
			.mapToObj(Character::toString)
			.collect(Collectors.joining(" "));
		assertThat(Printable.of(all).codePoints()).noneMatch(Printable::isUnsafe);
		assertThat(Printable.html(all).codePoints()).noneMatch(Printable::isUnsafe);
		assertThat(Printable.json(all).codePoints()).noneMatch(Printable::isUnsafe);
		assertThat(JsonMapper.shared().readValue(Printable.json(all), String.class)).isEqualTo(all);
	}

	@ParameterizedTest
	@CsvSource({ "echo.example.com", "Grüße", "日本語", "😀", "a b", "C:\\temp" })
	void whenATextIsSafeItIsShownAsItIs(String text) {
		assertThat(Printable.of(text)).isEqualTo(text);
		assertThat(Printable.html(text)).isEqualTo(text);
	}

	@Test
	void whenATextHasCharactersOfHtmlTheyAreNoTags() {
		assertThat(Printable.html("<a href=\"x\" title='y'>&amp;"))
			.isEqualTo("&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;amp;");
	}

	@Test
	void whenATextHasCharactersOfJsonTheyDoNotEndTheString() {
		assertThat(Printable.json("a\\\"b")).isEqualTo("\"a\\\\\\\"b\"");
	}

	private static IntStream unsafe() {
		return IntStream.range(0, UNSAFE.length).flatMap((i) -> IntStream.rangeClosed(UNSAFE[i][0], UNSAFE[i][1]));
	}

}
