package io.tcpecho.testing;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * Programs of the machine that tests need. Where the environment variable CI is true a
 * missing one fails the test; elsewhere the test is skipped, and says so.
 */
public final class Installed {

	private Installed() {
	}

	/**
	 * Return a program.
	 * @param name what to call
	 * @param debianPackage what to install to have it
	 */
	public static Path program(String name, String debianPackage) {
		Path program = Stream.of((System.getenv("PATH") + ":/usr/sbin:/sbin").split(File.pathSeparator))
			.map((directory) -> Path.of(directory, name))
			.filter(Files::isExecutable)
			.findFirst()
			.orElse(Path.of(name));
		String description = name + ", package " + debianPackage + ", is installed";
		if (!"true".equals(System.getenv("CI"))) {
			assumeThat(program).as(description).isExecutable();
		}
		assertThat(program).as(description).isExecutable();
		return program;
	}

}
