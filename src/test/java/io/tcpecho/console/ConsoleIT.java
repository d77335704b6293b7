package io.tcpecho.console;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import io.tcpecho.testing.Commands;
import io.tcpecho.testing.EchoServer;
import io.tcpecho.testing.Management;
import io.tcpecho.testing.Proxy;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The console in a real browser: runs the tests of {@code src/test/console} against a
 * server. Their pictures are in {@code target/console}.
 */
@Tag("reliability")
class ConsoleIT {

	private static final Path TESTS = Path.of("src", "test", "console");

	@Test
	void theTestsOfThePagePass() throws IOException {
		Commands.require("node", "nodejs");
		Commands.require("chromium", "chromium");
		Commands.require(Files.isDirectory(Path.of(".ci", "node_modules", "playwright-core")),
				".ci/install has installed playwright-core");
		Path pictures = Files.createDirectories(Path.of("target", "console"));
		try (EchoServer server = EchoServer.framing("eof")
			.management()
			.property("spring.security.user.password", Management.PASSWORD)
			.property("tcp-echo.monitor.allow", "127.0.0.1")
			.property("tcp-echo.listeners.line.enabled", "true")
			.property("tcp-echo.listeners.line.address", "127.0.0.1")
			.property("tcp-echo.listeners.line.port", "0")
			.start(); Proxy nginx = Proxy.nginx(server.port(), "proxy_half_close off;")) {
			List<String> command = new ArrayList<>(
					List.of("env", "CONSOLE=http://127.0.0.1:" + server.management().port(), "PORT=" + server.port(),
							"LINE_PORT=" + server.context().getEnvironment().getProperty("local.tcp-echo.line.port"),
							"PASSWORD=" + Management.PASSWORD, "NGINX=" + nginx.port(), "PICTURES=" + pictures, "node",
							"--test"));
			try (Stream<Path> files = Files.list(TESTS)) {
				files.map(Path::toString).filter((name) -> name.endsWith(".test.mjs")).sorted().forEach(command::add);
			}
			assertThat(Commands.run(command)).contains("# fail 0").contains("# skipped 0");
		}
	}

}
