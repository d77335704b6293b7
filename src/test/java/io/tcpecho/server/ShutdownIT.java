package io.tcpecho.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import io.tcpecho.testing.EchoProcess;
import io.tcpecho.testing.Peer;
import io.tcpecho.testing.Peer.End;
import io.tcpecho.testing.Peer.Reply;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * How the process ends: what clients see of SIGTERM and of SIGKILL.
 */
class ShutdownIT {

	/** More than the socket buffers of both sides take. */
	private static final int LARGE = 12 * 1024 * 1024;

	private static final int SMALL_RECEIVE_BUFFER = 8 * 1024;

	@Test
	void whenNothingIsOpenItEndsWithinTwoSeconds() {
		try (EchoProcess process = EchoProcess.configure().asDownloaded().start().awaitStarted()) {
			process.terminate();
			assertEnds(process, Duration.ofSeconds(10));
			assertThat(drain(process)).isEqualTo("0 connections were open, 0 ended by themselves, 0 are reset");
			assertThat(drainTime(process)).isLessThan(Duration.ofSeconds(2));
		}
	}

	@Test
	void whenWorkIsInFlightItIsFinished() {
		byte[] large = randomBytes(LARGE);
		try (EchoProcess process = keptOpen(large(EchoProcess.configure())).argument("tcp-echo.drain.timeout", "30s")
			.start()
			.awaitStarted();
				Peer halfSent = Peer.connect(process.port("eof")).send("half a ");
				Peer halfRead = Peer.connect(process.port("eof"), SMALL_RECEIVE_BUFFER);
				Peer keptOpen = Peer.connect(process.port("line"))) {
			ByteArrayOutputStream received = new ByteArrayOutputStream();
			received.writeBytes(halfRead.send(large).halfClose().read(1000));
			assertThat(keptOpen.send("one\n").read(4)).asString(StandardCharsets.US_ASCII).isEqualTo("one\n");
			process.terminate();
			assertDrains(process, keptOpen);
			assertRefused(process.port("line"));
			Reply reply = halfSent.send("message").halfClose().readToEnd();
			assertThat(reply).isEqualTo(new Reply("half a message".getBytes(StandardCharsets.US_ASCII), End.FIN));
			Reply rest = halfRead.readToEnd();
			received.writeBytes(rest.bytes());
			assertThat(rest.end()).isEqualTo(End.FIN);
			assertThat(received.toByteArray()).isEqualTo(large);
			assertEnds(process, Duration.ofSeconds(10));
			assertThat(drain(process)).isEqualTo("3 connections were open, 3 ended by themselves, 0 are reset");
		}
	}

	@Test
	void whenClientsNeverFinishTheyAreResetAtTheDrainTimeout() {
		try (EchoProcess process = large(EchoProcess.configure()).withoutManagement()
			.argument("tcp-echo.drain.timeout", "2s")
			.argument("logging.level.tcpecho.access", "info")
			.start()
			.awaitStarted();
				Peer halfSent = Peer.connect(process.port("eof")).send("half");
				Peer halfRead = Peer.connect(process.port("eof"), SMALL_RECEIVE_BUFFER)) {
			assertThat(halfRead.send(randomBytes(LARGE)).halfClose().read(1000)).hasSize(1000);
			process.terminate();
			assertThat(halfSent.readToEnd()).isEqualTo(new Reply(new byte[0], End.RST));
			assertThat(halfRead.readToEnd().end()).isEqualTo(End.RST);
			assertEnds(process, Duration.ofSeconds(10));
			assertThat(drain(process)).isEqualTo("2 connections were open, 0 ended by themselves, 2 are reset");
			assertThat(drainTime(process)).isBetween(Duration.ofSeconds(2), Duration.ofSeconds(5));
			assertThat(process.output()).containsPattern("drained \\(RST\\), in 4 bytes, out 0 bytes, messages 0, ")
				.containsPattern("drained \\(RST\\), in " + LARGE + " bytes, out \\d+ bytes, messages 1, ");
		}
	}

	@Test
	void whenADelayIsSetNewConnectionsAreServedMeanwhileAndReadinessIsOff() {
		byte[] message = "echo".getBytes(StandardCharsets.US_ASCII);
		try (EchoProcess process = keptOpen(EchoProcess.configure()).argument("tcp-echo.drain.delay", "3s")
			.start()
			.awaitStarted();
				Peer halfSent = Peer.connect(process.port("eof")).send("half a ");
				Peer keptOpen = Peer.connect(process.port("line"))) {
			assertThat(keptOpen.send("one\n").read(4)).asString(StandardCharsets.US_ASCII).isEqualTo("one\n");
			int port = process.port("eof");
			assertThat(Peer.exchange(port, message)).isEqualTo(new Reply(message, End.FIN));
			HttpResponse<String> before = health(process, "readiness");
			assertThat(before.body()).endsWith(",\"status\":\"UP\"}");
			assertThat(before.statusCode()).isEqualTo(200);
			process.terminate();
			process.awaitOutput("Stopping: new connections are served for another 3s");
			HttpResponse<String> readiness = health(process, "readiness");
			assertThat(readiness.body()).contains("\"state\":\"DRAINING\"").endsWith(",\"status\":\"OUT_OF_SERVICE\"}");
			assertThat(readiness.statusCode()).isEqualTo(503);
			assertThat(health(process, "liveness").statusCode()).isEqualTo(200);
			assertThat(Peer.exchange(port, message)).isEqualTo(new Reply(message, End.FIN));
			assertDrains(process, keptOpen);
			Reply reply = halfSent.send("message").halfClose().readToEnd();
			assertThat(reply).isEqualTo(new Reply("half a message".getBytes(StandardCharsets.US_ASCII), End.FIN));
			assertEnds(process, Duration.ofSeconds(10));
			assertThat(drain(process)).isEqualTo("2 connections were open, 2 ended by themselves, 0 are reset");
		}
	}

	@Test
	void whenConnectionsWaitInTheAcceptQueueTheyAreAnswered() {
		List<Peer> waiting = new ArrayList<>();
		try (EchoProcess process = EchoProcess.configure().withoutManagement().start().awaitStarted()) {
			int port = process.port("eof");
			process.pause();
			for (int i = 0; i < 100; i++) {
				waiting.add(Peer.connect(port).send("message " + i).halfClose());
			}
			process.terminate();
			assertThat(waiting.get(0).isSilentFor(100)).isTrue();
			process.resume();
			for (int i = 0; i < waiting.size(); i++) {
				assertThat(waiting.get(i).readToEnd()).as("reply " + i)
					.isEqualTo(new Reply(("message " + i).getBytes(StandardCharsets.US_ASCII), End.FIN));
			}
			assertEnds(process, Duration.ofSeconds(10));
			assertThat(drain(process)).matches("(\\d+) connections were open, \\1 ended by themselves, 0 are reset");
		}
		finally {
			waiting.forEach(Peer::close);
		}
	}

	@Test
	void whenItIsKilledNoClientTakesThatForAnEnd() {
		List<Peer> halfSent = new ArrayList<>();
		List<Peer> halfRead = new ArrayList<>();
		try (EchoProcess process = large(EchoProcess.configure()).withoutManagement().start().awaitStarted()) {
			int port = process.port("eof");
			byte[] large = randomBytes(LARGE);
			for (int i = 0; i < 4; i++) {
				halfRead.add(Peer.connect(port, SMALL_RECEIVE_BUFFER).send(large).halfClose());
			}
			for (int i = 0; i < 48; i++) {
				halfSent.add(Peer.connect(port).send(randomBytes(i * 100)));
			}
			for (Peer peer : halfRead) {
				assertThat(peer.read(1000)).hasSize(1000);
			}
			process.kill();
			for (Peer peer : halfSent) {
				assertThat(peer.readToEnd()).isEqualTo(new Reply(new byte[0], End.RST));
			}
			for (Peer peer : halfRead) {
				assertThat(peer.readToEnd().end()).isEqualTo(End.RST);
			}
			assertThat(process.awaitExit(Duration.ofSeconds(10))).isEqualTo(128 + 9);
		}
		finally {
			halfSent.forEach(Peer::close);
			halfRead.forEach(Peer::close);
		}
	}

	private static EchoProcess.Builder large(EchoProcess.Builder configuration) {
		return configuration.listener("eof", "max-message-size", LARGE + "B")
			.argument("tcp-echo.max-buffered", "128MB")
			.jvmOption("-Xmx512m");
	}

	/** Add a listener with connections that stay open: {@code line}. */
	private static EchoProcess.Builder keptOpen(EchoProcess.Builder configuration) {
		return configuration.listener("line", "enabled", true)
			.listener("line", "port", 0)
			.listener("line", "framing", "line");
	}

	private static void assertEnds(EchoProcess process, Duration timeout) {
		assertThat(process.awaitExit(timeout)).as("exit code").isIn(0, 128 + 15);
		assertThat(process.output()).doesNotContainPattern("\\b(WARN|ERROR)\\b");
		assertThat(process.errors()).isEmpty();
	}

	/** Return what became of the connections, as the process has logged it. */
	private static String drain(EchoProcess process) {
		return process.find("Drained in \\d+ ms: (.*)");
	}

	private static Duration drainTime(EchoProcess process) {
		return Duration.ofMillis(Long.parseLong(process.find("Drained in (\\d+) ms: ")));
	}

	/**
	 * Wait until the ports are closed, which a connection without work sees by its FIN,
	 * and assert that this is so while others are still open.
	 */
	private static void assertDrains(EchoProcess process, Peer keptOpen) {
		assertThat(keptOpen.readToEnd()).isEqualTo(new Reply(new byte[0], End.FIN));
		assertRefused(process.port("eof"));
		assertThat(process.isAlive()).isTrue();
	}

	private static void assertRefused(int port) {
		assertThatExceptionOfType(UncheckedIOException.class).isThrownBy(() -> Peer.connect(port))
			.withCauseInstanceOf(ConnectException.class);
	}

	private static HttpResponse<String> health(EchoProcess process, String group) {
		URI uri = URI.create("http://127.0.0.1:" + process.managementPort() + "/actuator/health/" + group);
		HttpRequest request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(10)).build();
		try {
			return HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	private static byte[] randomBytes(int size) {
		byte[] bytes = new byte[size];
		new Random(size).nextBytes(bytes);
		return bytes;
	}

}
