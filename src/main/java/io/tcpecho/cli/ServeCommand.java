package io.tcpecho.cli;

import java.util.List;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * The description of the command that starts the server. It is never executed: the main
 * class starts the server without picocli, which would refuse properties as unknown
 * options.
 */
@Command(name = ServeCommand.NAME, mixinStandardHelpOptions = true,
		description = "Starts the server. This is the default when no command is given.",
		footer = { "", "Examples:", "  tcp-echo serve --tcp-echo.listeners.eof.port=7",
				"  tcp-echo serve --spring.profiles.active=all-framings", "",
				"tcp-echo config prints every property with its meaning." })
final class ServeCommand {

	static final String NAME = "serve";

	@Parameters(paramLabel = "--PROPERTY=VALUE", description = "Properties in the form that Spring Boot reads.")
	private List<String> properties = List.of();

}
