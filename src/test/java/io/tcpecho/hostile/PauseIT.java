package io.tcpecho.hostile;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

import io.tcpecho.connection.Outcome;
import io.tcpecho.testing.EchoProcess;
import io.tcpecho.testing.EchoServer;
import io.tcpecho.testing.Management;
import io.tcpecho.testing.Peer;
import io.tcpecho.testing.Peer.End;
import io.tcpecho.testing.Peer.Reply;
import io.tcpecho.testing.Waits;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A process that stands still for longer than its deadlines, as in a long collection of
 * garbage or while its virtual machine is moved: what arrived meanwhile arrived in time.
 */
@Tag("reliability")
class PauseIT {

	private static final int PAUSE_IN_MILLIS = 5_000;

	private static final int PEERS = 50;

	/** More than the socket buffers of both sides take. */
	private static final int LARGE = 12 * 1024 * 1024;

	private static final String DEADLINE = "2s";

	@Test
	@DisplayName("A server that stood still serves what arrived meanwhile")
	void whenTheServerStandsStillWhatArrivedMeanwhileIsServed() {
		List<Peer> halfSent = new ArrayList<>();
		List<Peer> connecting = new ArrayList<>();
		try (EchoProcess process = configure().start().awaitStarted();
				Peer halfRead = Peer.connect(process.port("eof"), 8 * 1024);
				Peer keptOpen = Peer.connect(process.port("line"))) {
			int port = process.port("eof");
			for (int i = 0; i < PEERS; i++) {
				halfSent.add(Peer.connect(port).send("half a "));
			}
			byte[] large = new byte[LARGE];
			halfRead.send(large).halfClose();
			int read = halfRead.read(1000).length;
			assertThat(keptOpen.send("first\nsec").read(6)).asString().isEqualTo("first\n");
			process.pause();
			halfSent.forEach((peer) -> peer.send("message").halfClose());
			keptOpen.send("ond\n");
			for (int i = 0; i < PEERS; i++) {
				connecting.add(Peer.connect(port).send("new message").halfClose());
			}
			Waits.pause(PAUSE_IN_MILLIS);
			process.resume();
			assertThat(halfSent).allSatisfy((peer) -> assertThat(peer.readToEnd()).isEqualTo(reply("half a message")));
			assertThat(connecting).allSatisfy((peer) -> assertThat(peer.readToEnd()).isEqualTo(reply("new message")));
			assertThat(keptOpen.read(7)).asString().isEqualTo("second\n");
			Reply rest = halfRead.readToEnd();
			assertThat(rest.end()).isEqualTo(End.FIN);
			assertThat(read + rest.bytes().length).isEqualTo(LARGE);
		}
		finally {
			halfSent.forEach(Peer::close);
			connecting.forEach(Peer::close);
		}
	}

	@Test
	@DisplayName("A fault ends by itself in time, even while the server stands still")
	void whenTheServerStandsStillAFaultEndsInTime() {
		try (EchoProcess process = EchoProcess.configure()
			.argument("tcp-echo.faults.enabled", "true")
			.argument("spring.security.user.password", Management.PASSWORD)
			.start()
			.awaitStarted()) {
			new Management(process.managementPort()).asOperator()
				.put("/faults/eof", "{\"faults\":[{\"type\":\"timeout\"}],\"for\":\"" + DEADLINE + "\"}");
			try (Peer held = Peer.connect(process.port("eof"))) {
				held.send("held back").halfClose();
				assertThat(held.isSilentFor(200)).isTrue();
				process.pause();
				Waits.pause(PAUSE_IN_MILLIS);
				process.resume();
				assertThat(Peer.exchange(process.port("eof"), "new".getBytes(StandardCharsets.US_ASCII)))
					.isEqualTo(reply("new"));
				assertThat(held.readToEnd()).isEqualTo(reply("held back"));
				process.awaitOutput("The faults of listener eof have ended after 2s");
			}
		}
	}

	@Test
	@DisplayName("A probe that stood still counts the reply that arrived meanwhile")
	void whenTheClientStandsStillTheReplyThatArrivedMeanwhileCounts() {
		CountDownLatch mayAnswer = new CountDownLatch(1);
		try (EchoServer server = EchoServer.framing("eof").listener("executor", "pool").service((message) -> {
			Waits.await(mayAnswer);
			return message;
		}).start();
				EchoProcess probe = EchoProcess.command("probe", "127.0.0.1:" + server.port(), "--count", "1",
						"--timeout", DEADLINE)) {
			server.awaitServiceCalls(1);
			probe.pause();
			mayAnswer.countDown();
			server.awaitOutcomes(Outcome.REPLIED, 1);
			Waits.pause(PAUSE_IN_MILLIS);
			probe.resume();
			assertThat(probe.awaitExit(Duration.ofSeconds(20))).as(probe.output()).isZero();
			assertThat(probe.output()).contains("seq=1 OK 64 bytes");
		}
	}

	/** With the shortest deadlines that all bytes of this test meet. */
	private static EchoProcess.Builder configure() {
		return EchoProcess.configure()
			.withoutManagement()
			.listener("eof", "max-message-size", LARGE + "B")
			.listener("eof", "timeouts.idle", DEADLINE)
			.listener("eof", "timeouts.message", DEADLINE)
			.listener("eof", "timeouts.service", DEADLINE)
			.listener("eof", "timeouts.write", DEADLINE)
			.listener("line", "enabled", true)
			.listener("line", "port", 0)
			.listener("line", "timeouts.idle", DEADLINE)
			.listener("line", "timeouts.message", DEADLINE)
			.argument("tcp-echo.max-buffered", "128MB")
			.jvmOption("-Xmx512m");
	}

	private static Reply reply(String text) {
		return new Reply(text.getBytes(StandardCharsets.US_ASCII), End.FIN);
	}

}
