package io.tcpecho.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

import org.springframework.util.FileSystemUtils;

/**
 * Files with the certificates that tests of TLS need, in a new directory: of an
 * authority, of a server for {@code localhost} and {@code 127.0.0.1}, of a client, and
 * some that are wrong.
 */
public final class Certificates implements AutoCloseable {

	private final Path directory;

	private final TestCertificate authority = TestCertificate.authority("tests");

	private Certificates(Path directory) {
		this.directory = directory;
	}

	/** Make them. */
	public static Certificates make() {
		try {
			Certificates made = new Certificates(Files.createTempDirectory("tcp-echo-certificates-"));
			made.authority.writeChain(made.file("ca.pem"));
			made.write("server", made.authority.issue("CN=server", "DNS:localhost", "IP:127.0.0.1"));
			made.write("client", made.authority.issue("CN=client"));
			made.write("name", made.authority.issue("CN=other", "DNS:other.example"));
			made.write("expired", made.authority.issue("CN=expired", Duration.ofDays(-9), Duration.ofDays(-1),
					"DNS:localhost", "IP:127.0.0.1"));
			made.write("stranger",
					TestCertificate.authority("strangers").issue("CN=server", "DNS:localhost", "IP:127.0.0.1"));
			return made;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Write a certificate and its key into two files, and into one. */
	private void write(String name, TestCertificate certificate) throws IOException {
		Path chain = certificate.writeChain(file(name + ".crt"));
		Path key = certificate.writeKey(file(name + ".key"));
		Files.writeString(file(name + ".pem"), Files.readString(chain) + Files.readString(key));
	}

	/**
	 * Return a file: {@code ca.pem}, or one of {@code server}, {@code client},
	 * {@code name}, {@code expired} and {@code stranger} with {@code .crt}, {@code .key},
	 * or both in {@code .pem}.
	 */
	public Path file(String name) {
		return this.directory.resolve(name);
	}

	@Override
	public void close() {
		try {
			FileSystemUtils.deleteRecursively(this.directory);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
