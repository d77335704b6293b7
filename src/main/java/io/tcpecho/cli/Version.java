package io.tcpecho.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

import picocli.CommandLine.IVersionProvider;

/**
 * The version that the build wrote into the jar.
 */
final class Version implements IVersionProvider {

	/** The name of the program, which is the name of the root command. */
	static final String PROGRAM = "tcp-echo";

	/** Return the number of the version. */
	static String number() {
		Properties build = new Properties();
		try (InputStream file = Version.class.getResourceAsStream("/META-INF/build-info.properties")) {
			if (file != null) {
				build.load(file);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return build.getProperty("build.version", "without a version");
	}

	@Override
	public String[] getVersion() {
		return new String[] { PROGRAM + " " + number() + ", Java " + Runtime.version() };
	}

}
