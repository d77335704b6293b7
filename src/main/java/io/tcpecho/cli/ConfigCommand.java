package io.tcpecho.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.Callable;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * Prints the packaged configuration.
 */
@Command(name = "config", mixinStandardHelpOptions = true,
		description = "Prints application.yml: every key of the server with its default and its meaning.",
		footer = { "", "Example:", "  tcp-echo config" })
final class ConfigCommand implements Callable<Integer> {

	private static final String FILE = "/application.yml";

	@Spec
	private @Nullable CommandSpec spec;

	@Override
	public Integer call() throws IOException {
		PrintWriter out = Objects.requireNonNull(this.spec).commandLine().getOut();
		try (InputStream file = Objects.requireNonNull(ConfigCommand.class.getResourceAsStream(FILE))) {
			out.print(new String(file.readAllBytes(), StandardCharsets.UTF_8));
		}
		return (out.checkError() ? ExitCode.LOCAL_ERROR : ExitCode.OK).number();
	}

}
