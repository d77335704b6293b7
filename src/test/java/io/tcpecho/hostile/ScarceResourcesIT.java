package io.tcpecho.hostile;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import io.tcpecho.testing.Commands;
import io.tcpecho.testing.EchoProcess;
import io.tcpecho.testing.Management;
import io.tcpecho.testing.Peer;
import io.tcpecho.testing.Peer.End;
import io.tcpecho.testing.Peer.Reply;
import io.tcpecho.testing.Waits;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What the server does while the system refuses it descriptors, memory or threads, and as
 * soon as there are some again.
 */
@Tag("reliability")
class ScarceResourcesIT {

	private static final int OLD = 20;

	private static final int WAITING = 200;

	private static final Reply RESET = new Reply(new byte[0], End.RST);

	private static final Duration WATCHED = Duration.ofSeconds(5);

	private static final Duration RECOVERY = Duration.ofSeconds(1);

	private final List<Peer> old = new ArrayList<>();

	private final List<Peer> waiting = new ArrayList<>();

	@AfterEach
	void closeAll() {
		this.old.forEach(Peer::close);
		this.waiting.forEach(Peer::close);
	}

	@Test
	@DisplayName("When descriptors run out accepting rests, open connections are served, and the server recovers")
	void whenDescriptorsRunOutAcceptingRestsOthersAreServedAndItRecovers() {
		try (EchoProcess process = keptOpen().withoutManagement().start().awaitStarted()) {
			exhaustDescriptors(process);
			Duration before = process.processorTime();
			String log = process.output();
			Waits.pause(WATCHED);
			Duration used = process.processorTime().minus(before);
			assertThat(process.output().substring(log.length()).lines()).as("one line a second")
				.hasSizeBetween(1, (int) WATCHED.toSeconds() + 1)
				.allSatisfy((line) -> assertThat(line)
					.contains("Listener eof cannot accept connections for the moment: Too many open files"));
			assertThat(used).as("processor time, 5 %% of %s at most", WATCHED).isLessThan(WATCHED.dividedBy(20));
			for (Peer peer : this.old) {
				assertThat(peer.send("served\n").read(7)).asString().isEqualTo("served\n");
			}
			process.limit("nofile", process.nextDescriptor() + 2 * WAITING);
			assertAnsweredWithin(RECOVERY);
		}
	}

	@Test
	@DisplayName("When descriptors run out each one that comes free is used")
	void whenDescriptorsRunOutEachOneThatComesFreeIsUsed() {
		try (EchoProcess process = keptOpen().withoutManagement().start().awaitStarted()) {
			exhaustDescriptors(process);
			this.old.get(this.old.size() - 1).close();
			assertAnsweredWithin(RECOVERY);
		}
	}

	/**
	 * Let connections stay open, the last of them with the last descriptor, and 200 wait
	 * for one.
	 */
	private void exhaustDescriptors(EchoProcess process) {
		int last;
		do {
			last = process.nextDescriptor();
			Peer peer = Peer.connect(process.port("line"));
			assertThat(peer.send("first\n").read(6)).asString().isEqualTo("first\n");
			this.old.add(peer);
			// What Java opens for a moment leaves holes.
		}
		while (this.old.size() < OLD || process.nextDescriptor() != last + 1);
		process.limit("nofile", last + 1);
		for (int i = 0; i < WAITING; i++) {
			this.waiting.add(Peer.connect(process.port("eof")).send("message " + i).halfClose());
		}
		process.awaitOutput("Too many open files");
	}

	private void assertAnsweredWithin(Duration limit) {
		long start = System.nanoTime();
		for (int i = 0; i < this.waiting.size(); i++) {
			assertThat(this.waiting.get(i).readToEnd()).isEqualTo(reply("message " + i));
		}
		assertThat(Duration.ofNanos(System.nanoTime() - start)).as("until all %d are answered", WAITING)
			.isLessThan(limit);
	}

	@ParameterizedTest
	@CsvSource({ "ENOMEM, Cannot allocate memory", "ENOBUFS, No buffer space available",
			"ENFILE, Too many open files in system", "EPROTO, Protocol error" })
	@DisplayName("When accept fails the log says why, and all clients are served")
	void whenAcceptFailsTheLogSaysWhyAndEverybodyIsServed(String error, String reason, @TempDir Path directory) {
		assertThat(logOfFailingAccepts(error, directory))
			.contains("Listener eof cannot accept connections for the moment: " + reason)
			.doesNotContain("ERROR");
	}

	@Test
	@DisplayName("When connects are aborted the others are served")
	void whenConnectsAreAbortedOthersAreServed(@TempDir Path directory) {
		// Java itself accepts the next one.
		assertThat(logOfFailingAccepts("ECONNABORTED", directory)).doesNotContainPattern("\\b(WARN|ERROR)\\b");
	}

	/** Let the first three accepts fail, and assert that every client is served. */
	private String logOfFailingAccepts(String error, Path directory) {
		Path library = Commands.compile(directory.resolve("accept.so"), "accept.c", "-shared", "-fPIC");
		try (EchoProcess process = EchoProcess.configure()
			.withoutManagement()
			.environment("LD_PRELOAD", library.toString())
			.environment("ACCEPT_ERRORS", String.join(" ", error, error, error))
			.start()
			.awaitStarted()) {
			for (int i = 0; i < 20; i++) {
				this.waiting.add(Peer.connect(process.port("eof")).send("message " + i).halfClose());
			}
			for (int i = 0; i < this.waiting.size(); i++) {
				assertThat(this.waiting.get(i).readToEnd()).isEqualTo(reply("message " + i));
			}
			assertThat(process.errors()).isEmpty();
			return process.output();
		}
	}

	@Test
	@DisplayName("When the pool gets no thread that connection fails, and the server lives")
	void whenThePoolGetsNoThreadThatConnectionFailsAndTheServerLives() {
		String log = assertLivesWithoutThreads("pool", Set.of(RESET));
		assertThat(log).contains("The service failed for eof-1").contains("unable to create native thread");
	}

	@Test
	@EnabledForJreRange(min = JRE.JAVA_21)
	@DisplayName("When virtual threads get no carrier the server lives, and has them again later")
	void whenVirtualThreadsGetNoCarrierTheServerLivesAndHasThemAgain() {
		assertLivesWithoutThreads("virtual", Set.of(RESET, reply("message")));
	}

	private static String assertLivesWithoutThreads(String executor, Set<Reply> allowed) {
		// As the image runs it.
		try (EchoProcess process = keptOpen().unprivileged()
			.listener("eof", "executor", executor)
			.jvmOption("-XX:+ExitOnOutOfMemoryError")
			.start()
			.awaitStarted(); Peer other = Peer.connect(process.port("line"))) {
			assertThat(other.send("first\n").read(6)).asString().isEqualTo("first\n");
			process.limit("nproc", 1);
			for (int i = 0; i < 5; i++) {
				assertThat(Peer.exchange(process.port("eof"), bytes("message"))).isIn(allowed);
			}
			assertThat(other.send("served\n").read(7)).asString().isEqualTo("served\n");
			assertThat(new Management(process.managementPort()).get("/health/liveness").status()).isEqualTo(200);
			process.limit("nproc", 10_000);
			await().atMost(Duration.ofSeconds(10))
				.untilAsserted(
						() -> assertThat(Peer.exchange(process.port("eof"), bytes("again"))).isEqualTo(reply("again")));
			assertThat(process.isAlive()).isTrue();
			return process.output();
		}
	}

	/** With a listener whose connections stay open, {@code line}. */
	private static EchoProcess.Builder keptOpen() {
		return EchoProcess.configure()
			.listener("line", "enabled", true)
			.listener("line", "port", 0)
			.listener("line", "address", "127.0.0.1");
	}

	private static Reply reply(String text) {
		return new Reply(bytes(text), End.FIN);
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.US_ASCII);
	}

}
