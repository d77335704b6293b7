package io.tcpecho.client;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.tcpecho.testing.ScriptedServer;
import io.tcpecho.testing.Waits;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.integration.autoconfigure.IntegrationAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The client bean in a process that stands still, as in a long collection or on a machine
 * that was suspended.
 */
@Tag("reliability")
class EchoClientPauseIT {

	/** The stock gateway gives up on a reply 2 s after the connection has closed. */
	private static final int PAUSE_IN_MILLIS = 5_000;

	private static final int STARTED_WITHIN_SECONDS = 120;

	@TempDir
	private Path directory;

	@Test
	@DisplayName("A client that stands still while its reply and FIN arrive gets the reply")
	void whenTheClientStandsStillWhileTheReplyArrivesItGetsIt() throws Exception {
		CountDownLatch asked = new CountDownLatch(1);
		CountDownLatch stopped = new CountDownLatch(1);
		try (ScriptedServer server = ScriptedServer.running((socket) -> {
			byte[] message = socket.getInputStream().readAllBytes();
			asked.countDown();
			Waits.await(stopped);
			socket.getOutputStream().write(message);
			socket.close();
		})) {
			Path output = this.directory.resolve("output");
			Process client = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
					"-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"), Client.class.getName(),
					String.valueOf(server.port()))
				.redirectErrorStream(true)
				.redirectOutput(output.toFile())
				.start();
			try {
				assertThat(asked.await(STARTED_WITHIN_SECONDS, TimeUnit.SECONDS)).as("the client has asked").isTrue();
				signal("STOP", client);
				stopped.countDown();
				Waits.pause(PAUSE_IN_MILLIS);
				signal("CONT", client);
				assertThat(client.waitFor(30, TimeUnit.SECONDS)).isTrue();
			}
			finally {
				client.destroyForcibly();
			}
			assertThat(Files.readString(output)).endsWith("Reply: hello\n");
		}
	}

	private static void signal(String name, Process process) throws IOException, InterruptedException {
		Process kill = new ProcessBuilder("sh", "-c", "kill -" + name + " " + process.pid()).inheritIO().start();
		assertThat(kill.waitFor()).isZero();
	}

	/** The process. */
	static final class Client {

		public static void main(String[] args) {
			try (ConfigurableApplicationContext context = new SpringApplicationBuilder(
					IntegrationAutoConfiguration.class, EchoClientAutoConfiguration.class)
				.web(WebApplicationType.NONE)
				.run("--tcp-echo.client.host=127.0.0.1", "--tcp-echo.client.port=" + args[0],
						"--tcp-echo.client.exchange-timeout=30s")) {
				byte[] reply = context.getBean(EchoClient.class).echo("hello".getBytes(StandardCharsets.US_ASCII));
				System.out.println("Reply: " + new String(reply, StandardCharsets.US_ASCII));
			}
		}

	}

}
