package io.tcpecho.cli;

import java.util.List;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * The description of the command that checks the configuration. Like {@link ServeCommand}
 * it is never executed.
 */
@Command(name = CheckConfigCommand.NAME, mixinStandardHelpOptions = true,
		description = "Checks the configuration that the server would have with the same arguments, files and"
				+ " environment, and opens no port. The exit code is 0 if the server would start, and 1 if it would"
				+ " refuse the configuration; 2 for wrong arguments.",
		footer = { "", "Example:", "  tcp-echo check-config --spring.config.additional-location=my.yml" })
final class CheckConfigCommand {

	static final String NAME = "check-config";

	@Parameters(paramLabel = "--PROPERTY=VALUE", description = "Properties as for serve.")
	private List<String> properties = List.of();

}
