package io.tcpecho.console;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Properties;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.core.io.ClassPathResource;
import org.springframework.util.DigestUtils;
import org.springframework.util.StreamUtils;

/**
 * A file of the console, as a response has it.
 *
 * @param type its media type
 * @param tag the entity tag: equal for equal content
 */
record ConsoleFile(byte[] content, String type, String tag) {

	private static final String PAGE = "index.html";

	private static final String OWN = "static/console/";

	private static final Set<String> OWN_NAMES = Set.of("look.css", "console.css", "icon.svg", "api.js",
			"connections.js", "console.js", "elements.js", "history.js", "listeners.js", "login.js", "plots.js",
			"probe.js", "probes.js", "sequence.js", "words.js");

	/** The one file of uPlot that is served, and where it is in the webjar. */
	private static final String UPLOT_NAME = "uplot.js";

	private static final String UPLOT = "META-INF/resources/webjars/uplot/%s/dist/uPlot.iife.min.js";

	private static final String UPLOT_VERSION = "META-INF/maven/org.webjars.npm/uplot/pom.properties";

	private static final Map<String, String> TYPES = Map.of("html", "text/html;charset=UTF-8", "css",
			"text/css;charset=UTF-8", "js", "text/javascript;charset=UTF-8", "svg", "image/svg+xml");

	/**
	 * Return where a file is on the class path; null if the console has none of this
	 * name.
	 * @param name the name below {@code /console/}; empty for the page
	 */
	static @Nullable String place(String name) {
		if (name.isEmpty()) {
			return OWN + PAGE;
		}
		if (name.equals(UPLOT_NAME)) {
			return UPLOT.formatted(uplotVersion());
		}
		return OWN_NAMES.contains(name) ? OWN + name : null;
	}

	private static String uplotVersion() {
		Properties properties = new Properties();
		try (InputStream file = new ClassPathResource(UPLOT_VERSION).getInputStream()) {
			properties.load(file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return properties.getProperty("version");
	}

	/** Read a file of the class path. */
	static ConsoleFile read(String place) {
		try (InputStream file = new ClassPathResource(place).getInputStream()) {
			byte[] content = StreamUtils.copyToByteArray(file);
			String type = TYPES.get(place.substring(place.lastIndexOf('.') + 1));
			return new ConsoleFile(content, type, DigestUtils.md5DigestAsHex(content));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
