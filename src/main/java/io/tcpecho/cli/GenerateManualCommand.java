package io.tcpecho.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Writes a manual page for each command, for the packages.
 */
@Command(name = "generate-manual", hidden = true, mixinStandardHelpOptions = true,
		description = "Writes the manual pages of all commands into a directory.")
final class GenerateManualCommand implements Callable<Integer> {

	@Spec
	private @Nullable CommandSpec spec;

	@Parameters(paramLabel = "DIRECTORY", description = "An existing directory; pages in it are replaced.")
	private Path directory = Path.of("");

	@Override
	public Integer call() {
		CommandSpec command = Objects.requireNonNull(this.spec);
		if (!Files.isDirectory(this.directory) || !Files.isWritable(this.directory)) {
			throw new ParameterException(command.commandLine(),
					"DIRECTORY is " + this.directory + ", and must be a directory that can be written");
		}
		try {
			write(command.root().commandLine());
			return ExitCode.OK.number();
		}
		catch (IOException ex) {
			throw new ParameterException(command.commandLine(), "a page cannot be written: " + ex.getMessage());
		}
	}

	private void write(CommandLine command) throws IOException {
		ManualPage page = new ManualPage(command);
		Files.writeString(this.directory.resolve(page.file()), page.source());
		for (CommandLine sub : command.getSubcommands().values()) {
			if (ManualPage.exists(sub.getCommandSpec())) {
				write(sub);
			}
		}
	}

}
