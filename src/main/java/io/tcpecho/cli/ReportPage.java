package io.tcpecho.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;

import io.tcpecho.load.Origin;
import io.tcpecho.text.Printable;

/**
 * The one template of all reports: an HTML page that needs no other file, with the look
 * of the console. Texts are escaped here or by the caller, as each method says. Not
 * thread-safe.
 */
final class ReportPage {

	/** What stands where nothing was measured. */
	static final String NOTHING = "-";

	private static final String LOOK = "/static/console/look.css";

	private static final String STYLE = "report.css";

	private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'")
		.withZone(ZoneOffset.UTC);

	private final String title;

	private final StringBuilder body = new StringBuilder();

	/**
	 * Create a page.
	 * @param title its title as text
	 * @param beganAt when what it reports began
	 * @param origin where that was made
	 */
	ReportPage(String title, Instant beganAt, Origin origin) {
		this.title = title;
		this.body.append("<header><h1>").append(Printable.html(title)).append("</h1>\n<p class='muted'>");
		this.body.append(TIME.format(beganAt)).append(", on ").append(Printable.html(origin.host()));
		this.body.append(", by tcp-echo ").append(Printable.html(origin.version())).append("</p></header>\n");
	}

	/** Return a time of day. */
	static String time(Instant time) {
		return TIME.format(time);
	}

	/** Append HTML. */
	ReportPage html(Object html) {
		this.body.append(html).append('\n');
		return this;
	}

	/**
	 * Append a sentence that must be seen.
	 * @param kind good, bad, warn or info
	 * @param text the sentence as text
	 */
	ReportPage note(String kind, String text) {
		return html("<p class='note " + kind + "'>" + Printable.html(text) + "</p>");
	}

	/** Append a part with a heading, as text, and HTML. */
	ReportPage part(String heading, String html) {
		return html("<section class='card'><h2>" + Printable.html(heading) + "</h2>\n" + html + "</section>");
	}

	/**
	 * Append large figures.
	 * @param figures names and values as text; what follows a line feed is written small
	 */
	ReportPage figures(Map<String, String> figures) {
		StringBuilder html = new StringBuilder("<dl class='figures'>\n");
		figures.forEach((name, value) -> {
			String[] lines = Printable.lines(value).split("\n", 2);
			html.append("<div><dt>").append(Printable.html(name)).append("</dt><dd>").append(Printable.html(lines[0]));
			html.append((lines.length > 1) ? " <small>" + Printable.html(lines[1]) + "</small>" : "");
			html.append("</dd></div>\n");
		});
		return html(html.append("</dl>"));
	}

	/**
	 * Return a table.
	 * @param head the heads of its columns, the first to the left and the others over
	 * numbers
	 * @param rows their cells as text, the first of each its name
	 */
	static String table(List<String> head, List<List<String>> rows) {
		StringBuilder html = new StringBuilder("<div class='scroll'><table><thead><tr>");
		for (int i = 0; i < head.size(); i++) {
			html.append((i == 0) ? "<th>" : "<th class='number'>").append(Printable.html(head.get(i))).append("</th>");
		}
		html.append("</tr></thead><tbody>\n");
		for (List<String> row : rows) {
			html.append("<tr><th>").append(Printable.html(row.get(0))).append("</th>");
			row.stream()
				.skip(1)
				.forEach((cell) -> html.append("<td class='number'>").append(Printable.html(cell)).append("</td>"));
			html.append("</tr>\n");
		}
		return html.append("</tbody></table></div>\n").toString();
	}

	/** Return a table of names and values as text; empty values are left out. */
	static String values(Map<String, String> values) {
		StringBuilder html = new StringBuilder("<table class='values'><tbody>\n");
		values.forEach((name, value) -> html.append(value.isEmpty() ? ""
				: "<tr><th>" + Printable.html(name) + "</th><td>" + Printable.html(value) + "</td></tr>\n"));
		return html.append("</tbody></table>\n").toString();
	}

	/** Return a paragraph of text. */
	static String sentence(String text) {
		return "<p>" + Printable.html(text) + "</p>\n";
	}

	/** Write the page to a file, and replace its content. */
	void write(Path file) throws IOException {
		Files.writeString(file, toString());
	}

	@Override
	public String toString() {
		return """
				<!DOCTYPE html>
				<html lang="en">
				<head>
				<meta charset="utf-8">
				<meta name="viewport" content="width=device-width, initial-scale=1">
				<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
				<title>%s</title>
				<style>
				%s%s</style>
				</head>
				<body>
				<main>
				%s</main>
				</body>
				</html>
				""".formatted(Printable.html(this.title), resource(LOOK), resource(STYLE), this.body);
	}

	private static String resource(String name) {
		try (InputStream in = ReportPage.class.getResourceAsStream(name)) {
			if (in == null) {
				throw new IllegalStateException(name + " is missing in the jar");
			}
			return new String(in.readAllBytes(), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
