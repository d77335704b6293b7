package io.tcpecho.testing;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * A locale of the C library, for programs whose error texts shall be in another language
 * than English. What the machine does not have is made, in a directory of the test.
 */
public final class SystemLocale {

	private static final Path SOURCES = Path.of("/usr/share/i18n/locales");

	private static final Path TEXTS = Path.of("/usr/share/locale");

	private final Path directory;

	private final String name;

	private SystemLocale(Path directory, String name) {
		this.directory = directory;
		this.name = name;
	}

	/** Return the locale that every system has, in English. */
	public static SystemLocale c(Path directory) {
		return new SystemLocale(directory, "C");
	}

	/**
	 * Make a locale in UTF-8.
	 * @param directory where to
	 * @param region such as fr_FR
	 */
	public static SystemLocale generate(Path directory, String region) {
		Commands.require("localedef", "libc-bin");
		String language = region.substring(0, region.indexOf('_'));
		Commands.require(Files.exists(SOURCES.resolve(region)),
				"The source of locale " + region + ", Debian package locales, is installed");
		Commands.require(Files.exists(TEXTS.resolve(Path.of(language, "LC_MESSAGES", "libc.mo"))),
				"The error texts of language " + language + ", Debian package locales, are installed");
		String name = region + ".UTF-8";
		Commands.run("localedef", "--no-archive", "-i", region, "-f", "UTF-8", directory.resolve(name).toString());
		return new SystemLocale(directory, name);
	}

	/** Return the environment variables of a program that speaks it. */
	public Map<String, String> environment() {
		// LANGUAGE would outrank LC_ALL for texts.
		return Map.of("LC_ALL", this.name, "LOCPATH", this.directory.toString(), "LANGUAGE", "");
	}

	@Override
	public String toString() {
		return this.name;
	}

}
