package io.tcpecho.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Writes a manual page for each command, for those who make packages.
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
		CommandLine root = Objects.requireNonNull(this.spec).root().commandLine();
		try {
			write(root);
			return ExitCode.OK.number();
		}
		catch (IOException ex) {
			PrintWriter err = this.spec.commandLine().getErr();
			err.println("The manual pages cannot be written: " + ex);
			return ExitCode.LOCAL_ERROR.number();
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
