package io.tcpecho.cli;

import java.util.List;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * Describes the command that starts the server. It is never executed: the main class
 * starts the server without picocli, for which properties are no options.
 */
@Command(name = ServeCommand.NAME, mixinStandardHelpOptions = true,
		description = "Starts the server; this is what no command does, too.",
		footer = { "", "Examples:", "  tcp-echo serve --tcp-echo.listeners.eof.port=7",
				"  tcp-echo serve --spring.profiles.active=all-framings", "",
				"application.yml describes every property." })
final class ServeCommand {

	static final String NAME = "serve";

	@Parameters(paramLabel = "--PROPERTY=VALUE", description = "Properties as Spring Boot has them.")
	private List<String> properties = List.of();

}
