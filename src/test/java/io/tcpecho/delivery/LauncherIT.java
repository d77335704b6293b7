package io.tcpecho.delivery;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.tcpecho.delivery.Script.Result;
import io.tcpecho.testing.FreePort;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The launcher {@code bin/tcp-echo} with the jar and this Java runtime: the cache that it
 * makes holds the classes of an exchange, and changes no output, and options for Java
 * reach it.
 */
@Tag("reliability")
class LauncherIT {

	private static final int PATIENCE_IN_SECONDS = 240;

	@TempDir
	Path directory;

	@Test
	void whenTheCacheIsMadeAProbeFindsItsClassesThereAndPrintsTheSame() throws Exception {
		Result first = script().run("probe", "--help");
		assertThat(first.output()).startsWith("Usage: tcp-echo probe ");
		await().atMost(PATIENCE_IN_SECONDS, TimeUnit.SECONDS).until(this::hasCache);
		assertThat(script().run("probe", "--help")).isEqualTo(first);
		Result probe = script().with("TCP_ECHO_JAVA_OPTIONS", "-Xlog:class+load")
			.run("probe", "--count", "1", "127.0.0.1:" + FreePort.next());
		assertThat(probe.output()).containsPattern("io\\.tcpecho\\.probe\\.Exchange source: shared objects file")
			.contains("seq=1 REFUSED 64 bytes");
		assertThat(probe.exitCode()).isOne();
	}

	@Test
	void whenTheJavaRuntimeHasNoIpv6AProbeOfItNamesThatAsItsOwnLack() throws Exception {
		Result probe = script().with("TCP_ECHO_CLASS_CACHE", "off")
			.with("TCP_ECHO_JAVA_OPTIONS", "-Djava.net.preferIPv4Stack=true")
			.run("probe", "--count", "1", "[::1]:" + FreePort.next());
		assertThat(probe.output()).contains("seq=1 LOCAL_ERROR", ": This Java runtime has no IPv6\n",
				"LOCAL_ERROR: This machine lacked descriptors, ports, memory or that address family");
		assertThat(probe.exitCode()).isEqualTo(3);
	}

	private Script script() {
		return new Script("bin/tcp-echo", this.directory).with("XDG_CACHE_HOME", this.directory.resolve("cache"));
	}

	private boolean hasCache() throws IOException {
		try (Stream<Path> files = Files.walk(this.directory, 4)) {
			return files.anyMatch((file) -> file.endsWith("content"));
		}
	}

}
