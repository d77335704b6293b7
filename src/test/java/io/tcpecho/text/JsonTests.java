package io.tcpecho.text;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The JSON that commands print.
 */
class JsonTests {

	@Test
	void whenAnObjectHasMembersOfEachKindTheyAreInTheirOrder() {
		Json json = new Json().with("text", "a")
			.with("number", 1.5)
			.with("nothing", null)
			.with("object", new Json().with("inner", 2L))
			.with("empty", new Json());
		assertThat(json).hasToString(
				"{\"text\": \"a\", \"number\": 1.5, \"nothing\": null, \"object\": {\"inner\": 2}, \"empty\": {}}");
	}

	@Test
	void whenATextHasSpecialCharactersTheyAreEscaped() {
		assertThat(new Json().with("a\"b", "\\ \" \n \u0001 \u00e9"))
			.hasToString("{\"a\\\"b\": \"\\\\ \\\" \\u000a \\u0001 \u00e9\"}");
	}

}
