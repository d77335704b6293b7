package io.tcpecho.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

import picocli.CommandLine.IVersionProvider;

/**
 * The version that the build wrote into the jar.
 */
final class Version implements IVersionProvider {

	/** The name of the program, which is the name of the root command. */
	static final String PROGRAM = "tcp-echo";

	@Override
	public String[] getVersion() throws IOException {
		Properties build = new Properties();
		try (InputStream file = Version.class.getResourceAsStream("/META-INF/build-info.properties")) {
			if (file != null) {
				build.load(file);
			}
		}
		return new String[] { PROGRAM + " " + build.getProperty("build.version", "without a version") + ", Java "
				+ Runtime.version() };
	}

}
