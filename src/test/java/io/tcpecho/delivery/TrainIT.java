package io.tcpecho.delivery;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

import io.tcpecho.delivery.Script.Result;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@code bin/train} with the jar: it makes a layout with a cache, replaces its own, and
 * gives back the old one if the training fails.
 */
@Tag("reliability")
class TrainIT {

	@TempDir
	Path directory;

	@Test
	void whenALayoutIsTrainedItReplacesItsOwnAndAFailedTrainingLeavesIt() throws Exception {
		Path app = Files.createDirectory(this.directory.resolve("app"));
		Files.writeString(app.resolve(".made-by-tcp-echo"), "made");
		Files.writeString(app.resolve("tcp-echo.jar"), "old");
		Result trained = train(app);
		assertThat(trained.exitCode()).as(trained.output()).isZero();
		assertThat(trained.output()).endsWith("-jar " + app + "/tcp-echo.jar\n");
		Path cache = app.resolve((Runtime.version().feature() >= 25) ? "tcp-echo.aot" : "tcp-echo.jsa");
		assertThat(cache).isNotEmptyFile();
		assertThat(app.resolve("lib")).isNotEmptyDirectory();
		long size = Files.size(app.resolve("tcp-echo.jar"));
		assertThat(size).isGreaterThan(100_000);
		// It tells its version, and does not start the server.
		Path java = Path.of(System.getProperty("java.home"), "bin", "java");
		Path broken = Files.writeString(this.directory.resolve("java"),
				"#!/bin/sh\ncase \"$*\" in *tcp-echo.jar*) exit 7 ;; esac\nexec " + java + " \"$@\"\n");
		assertThat(broken.toFile().setExecutable(true)).isTrue();
		Result failed = train(app, broken);
		assertThat(failed.exitCode()).isNotZero();
		assertThat(failed.output()).contains("no echo from port", ": exit code 7 of ");
		assertThat(cache).isNotEmptyFile();
		assertThat(app.resolve("tcp-echo.jar")).hasSize(size);
		try (Stream<Path> files = Files.list(this.directory)) {
			assertThat(files).containsExactlyInAnyOrder(app, broken);
		}
	}

	private Result train(Object... arguments) throws Exception {
		return new Script("bin/train", this.directory).with("PORT", freePairOfPorts()).run(arguments);
	}

	/** Return the first of two below those that the kernel gives to connections. */
	private static int freePairOfPorts() throws Exception {
		for (int port = 20_000; port < 32_000; port += 2) {
			try (ServerSocket first = new ServerSocket(); ServerSocket second = new ServerSocket()) {
				if (isFree(first, port) && isFree(second, port + 1)) {
					return port;
				}
			}
		}
		throw new AssertionError("No two ports in a row are free");
	}

	private static boolean isFree(ServerSocket socket, int port) {
		try {
			socket.bind(new InetSocketAddress(port));
			return true;
		}
		catch (IOException ex) {
			return false;
		}
	}

}
