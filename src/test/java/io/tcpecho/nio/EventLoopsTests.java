package io.tcpecho.nio;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The loops of a listener: their start, their turns and their end.
 */
class EventLoopsTests {

	private static final Duration PATIENCE = Duration.ofSeconds(10);

	private static final Duration SWEEP_INTERVAL = Duration.ofMillis(100);

	@Test
	void theLoopsAreNamedByNumberAndTakeConnectionsInTurn() throws Exception {
		EventLoops loops = start(3);
		try {
			assertThat(loops.all()).extracting(EventLoop::getName).containsExactly("loops-0", "loops-1", "loops-2");
			assertThat(loops.first().getName()).isEqualTo("loops-0");
			assertThat(List.of(loops.next(), loops.next(), loops.next(), loops.next())).extracting(EventLoop::getName)
				.containsExactly("loops-0", "loops-1", "loops-2", "loops-0");
		}
		finally {
			end(loops);
		}
	}

	@Test
	void aTaskForAllRunsOnEachLoopWithThatLoop() throws Exception {
		EventLoops loops = start(3);
		Queue<String> ran = new ConcurrentLinkedQueue<>();
		loops.execute((loop) -> ran.add(loop.getName() + " " + loop.isCurrent()));
		end(loops);
		assertThat(ran).containsExactlyInAnyOrder("loops-0 true", "loops-1 true", "loops-2 true");
	}

	@Test
	void whenTheyAreStoppedTasksAreRefused() throws Exception {
		EventLoops loops = start(2);
		end(loops);
		assertThatExceptionOfType(RejectedExecutionException.class).isThrownBy(() -> loops.execute((loop) -> {
		})).withMessage("loops-0 is stopping");
	}

	@Test
	void aLoopThatAwaitsTheEndOfAllDoesNotAwaitItsOwn() throws Exception {
		EventLoops loops = start(2);
		loops.stop();
		assertThat(loops.awaitEnd(PATIENCE)).isTrue();
		EventLoops others = start(2);
		assertThat(others.first().submit(() -> {
			others.stop();
			return others.awaitEnd(PATIENCE);
		})).succeedsWithin(PATIENCE).isEqualTo(true);
		end(others);
	}

	@Test
	void noLoopsAreEndedAtOnce() throws Exception {
		EventLoops.NONE.execute((loop) -> loop.schedule(0, () -> {
		}));
		EventLoops.NONE.stop();
		assertThat(EventLoops.NONE.awaitEnd(Duration.ZERO)).isTrue();
		assertThat(EventLoops.NONE.all()).isEmpty();
	}

	@Test
	void whenTheDescriptorsDoNotSufficeForAllTheFirstLoopsAreEndedAgain() throws Exception {
		String java = System.getProperty("java.home") + File.separator + "bin" + File.separator + "java";
		Process process = new ProcessBuilder("sh", "-c", "ulimit -n 400 && exec \"$@\"", "sh", java, "-Xshare:auto",
				"-cp", System.getProperty("java.class.path"), Victim.class.getName())
			.redirectErrorStream(true)
			.start();
		try {
			String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			assertThat(process.waitFor(20, TimeUnit.SECONDS)).as("ended").isTrue();
			assertThat(output).isEqualTo("Too many open files, loops alive: 0\n");
		}
		finally {
			process.destroyForcibly();
		}
	}

	private static EventLoops start(int count) throws IOException {
		return EventLoops.start("loops", count, SWEEP_INTERVAL, (delay) -> {
		});
	}

	private static void end(EventLoops loops) throws InterruptedException {
		loops.stop();
		assertThat(loops.awaitEnd(PATIENCE)).as("ended").isTrue();
	}

	/** Starts more loops than it has descriptors for. */
	static final class Victim {

		public static void main(String[] args) throws Exception {
			try {
				// Load the classes while there are descriptors for the jars.
				end(start(1));
				end(start(400));
				System.out.print("started");
			}
			catch (IOException ex) {
				long alive = Thread.getAllStackTraces()
					.keySet()
					.stream()
					.filter((thread) -> thread.getName().startsWith("loops-"))
					.count();
				System.out.print(ex.getMessage() + ", loops alive: " + alive + "\n");
			}
		}

	}

}
