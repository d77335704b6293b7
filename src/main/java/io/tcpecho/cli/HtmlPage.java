package io.tcpecho.cli;

import io.tcpecho.text.Printable;

/**
 * The frame of a report: one HTML page that needs no other file.
 */
final class HtmlPage {

	private HtmlPage() {
	}

	/**
	 * Return a page.
	 * @param title its title as text
	 * @param body what stands below the title, as HTML
	 */
	static String of(String title, String body) {
		return """
				<!DOCTYPE html>
				<html lang="en">
				<head>
				<meta charset="utf-8">
				<title>%1$s</title>
				<style>
				body { font: 15px/1.5 system-ui, sans-serif; max-width: 760px; margin: 2em auto; padding: 0 1em; color: #222 }
				table { border-collapse: collapse } td, th { padding: .2em 1em .2em 0; text-align: right }
				td:first-child, th:first-child { text-align: left }
				svg { width: 100%%; height: auto } svg text { font-size: 12px; fill: #555 }
				.axis { stroke: #bbb } .grid { stroke: #eee } .line { fill: none; stroke: #1f6feb; stroke-width: 2 }
				.failed { fill: none; stroke: #cf222e; stroke-width: 2 }
				.passed-rung { fill: #1f6feb } .failed-rung { fill: #cf222e }
				</style>
				</head>
				<body>
				<h1>%1$s</h1>
				%2$s</body>
				</html>
				"""
			.formatted(Printable.html(title), body);
	}

}
