package io.tcpecho.hostile;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import io.tcpecho.framing.FrameDecoder;
import io.tcpecho.framing.FrameDeserializer;
import io.tcpecho.nio.EventLoop;
import io.tcpecho.testing.EchoServer;
import io.tcpecho.testing.Peer;
import io.tcpecho.testing.Peer.End;
import io.tcpecho.testing.Peer.Reply;
import io.tcpecho.testing.Waits;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A server, in a process of its own, whose memory really runs out: in the decoder, in the
 * service, in a task of the loop. It ends at once, and no client takes that for a reply.
 */
@Tag("reliability")
class OutOfMemoryIT {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	@ParameterizedTest
	@EnumSource
	@DisplayName("When memory runs out the process ends with one line and exit code 3, and its clients are reset")
	void whenMemoryRunsOutTheProcessEndsWithOneLineAndCode3AndClientsAreReset(Place place, @TempDir Path directory)
			throws Exception {
		File output = directory.resolve("out").toFile();
		File errors = directory.resolve("err").toFile();
		String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
		Process process = new ProcessBuilder(java, "-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp",
				System.getProperty("java.class.path"), Victim.class.getName(), place.name())
			.redirectOutput(output)
			.redirectError(errors)
			.start();
		try {
			await().atMost(PATIENCE).until(() -> !process.isAlive() || read(output).contains("\nport "));
			int port = Integer.parseInt(read(output).replaceAll("(?s).*\nport (\\d+)\n.*", "$1"));
			try (Peer halfSent = Peer.connect(port); Peer peer = Peer.connect(port)) {
				halfSent.send("half");
				peer.trySend("message".getBytes(StandardCharsets.US_ASCII)).tryHalfClose();
				assertThat(peer.readToEnd()).isEqualTo(new Reply(new byte[0], End.RST));
				assertThat(halfSent.readToEnd()).isEqualTo(new Reply(new byte[0], End.RST));
			}
			assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).as("ended").isTrue();
			assertThat(process.exitValue()).isEqualTo(3);
			assertThat(read(errors)).isEqualTo("tcp-echo: out of memory, the process ends with code 3\n");
			assertThat(read(output)).doesNotContain("ERROR");
		}
		finally {
			process.destroyForcibly();
		}
	}

	private static String read(File file) throws IOException {
		return Files.readString(file.toPath());
	}

	/** Where memory runs out, as soon as a message comes. */
	enum Place {

		DECODER, SERVICE_ON_LOOP, SERVICE_IN_POOL, TASK_OF_LOOP, SUBMITTED_TASK_OF_LOOP, TIMER_OF_LOOP

	}

	/** The process. */
	static final class Victim {

		public static void main(String[] args) {
			Place place = Place.valueOf(args[0]);
			AtomicReference<EventLoop> loop = new AtomicReference<>();
			EchoServer server = EchoServer.framing("eof")
				.listener("executor", (place == Place.SERVICE_ON_LOOP) ? "none" : "pool")
				.service((message) -> {
					switch (place) {
						case TASK_OF_LOOP -> loop.get().execute(Victim::exhaustMemory);
						case SUBMITTED_TASK_OF_LOOP -> loop.get().submit(() -> {
							exhaustMemory();
							return null;
						});
						case TIMER_OF_LOOP ->
							loop.get().execute(() -> loop.get().schedule(1_000_000, Victim::exhaustMemory));
						default -> exhaustMemory();
					}
					Waits.await(new CountDownLatch(1));
					return message;
				})
				.options((options) -> (place == Place.DECODER) ? options.withDeserializer(new GreedyDeserializer())
						: options)
				.start();
			loop.set(server.connectionFactory().getEventLoops().get(0));
			System.out.println("\nport " + server.port());
		}

		private static void exhaustMemory() {
			List<byte[]> memory = new ArrayList<>();
			while (memory.size() < Integer.MAX_VALUE) {
				memory.add(new byte[1024 * 1024]);
			}
		}

	}

	/** Its decoders take all memory there is. */
	private static final class GreedyDeserializer extends FrameDeserializer {

		GreedyDeserializer() {
			super(1024);
		}

		@Override
		public boolean isSingleMessage() {
			return true;
		}

		@Override
		public FrameDecoder newDecoder() {
			return new FrameDecoder(getMaxMessageSize()) {

				@Override
				public boolean decode(ByteBuffer in) {
					Victim.exhaustMemory();
					return false;
				}

			};
		}

	}

}
