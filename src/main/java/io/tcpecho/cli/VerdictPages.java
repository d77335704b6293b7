package io.tcpecho.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.tcpecho.probe.Verdict;

/**
 * The chapters of docs/verdicts.md, which lies in the jar.
 */
final class VerdictPages {

	private static final String RESOURCE = "verdicts.md";

	private static final Pattern LINK = Pattern.compile("\\[([^\\]]+)]\\([^)]+\\)");

	private static final Pattern FIRST_SENTENCE = Pattern.compile("(.+?\\.)(\\s|$)", Pattern.DOTALL);

	private VerdictPages() {
	}

	/** Return the chapter of a verdict as plain text, its name in the first line. */
	static String page(Verdict verdict) {
		return verdict + "\n\n" + chapter(verdict).replace("```\n", "");
	}

	/** Return the first sentence of a verdict's chapter. */
	static String firstSentence(Verdict verdict) {
		String text = chapter(verdict).replaceAll("(?s)```.*?```", "").strip();
		Matcher matcher = FIRST_SENTENCE.matcher(text);
		return matcher.lookingAt() ? matcher.group(1).replaceAll("\\s+", " ") : text;
	}

	private static String chapter(Verdict verdict) {
		Matcher matcher = Pattern.compile("^##+ " + verdict + "\n(.*?)(?=^##|\\z)", Pattern.MULTILINE | Pattern.DOTALL)
			.matcher(document());
		if (!matcher.find()) {
			throw new IllegalStateException(RESOURCE + " has no chapter " + verdict);
		}
		return LINK.matcher(matcher.group(1).strip()).replaceAll("$1");
	}

	private static String document() {
		try (InputStream in = VerdictPages.class.getResourceAsStream(RESOURCE)) {
			if (in == null) {
				throw new IllegalStateException(RESOURCE + " is missing in the jar");
			}
			return new String(in.readAllBytes(), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
