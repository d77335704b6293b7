package io.tcpecho.limits;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.apache.commons.logging.impl.NoOpLog;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The log that a remote peer cannot flood.
 */
class ThrottledLogTests {

	private static final Duration PATIENCE = Duration.ofSeconds(10);

	private static final Pattern LINE = Pattern.compile("message(?: \\(and (\\d+) more like it\\))?");

	private final Lines lines = new Lines();

	private final ThrottledLog log = new ThrottledLog(this.lines);

	private final AtomicInteger messages = new AtomicInteger();

	private final AtomicInteger built = new AtomicInteger();

	@Test
	void whenMessagesComeAtOnceAtMostOneLineASecondIsWritten() {
		long start = System.nanoTime();
		for (int i = 0; i < 10_000; i++) {
			warn();
		}
		assertThat(this.lines.texts).hasSizeBetween(1, mostLinesSince(start));
		assertThat(this.lines.texts.get(0)).isEqualTo("message");
	}

	@Test
	void whenTheNextLineIsWrittenItSaysHowManyWereLeftOut() {
		warn();
		await().atMost(PATIENCE).until(() -> {
			warn();
			return this.lines.texts.size() >= 3;
		});
		assertThat(this.lines.texts.get(1)).matches("message \\(and \\d+ more like it\\)");
		assertThat(this.lines.messagesTold()).as("messages told of").isEqualTo(this.messages.get());
	}

	@Test
	void whenAMessageIsLeftOutItsTextIsNotBuilt() {
		for (int i = 0; i < 1000; i++) {
			warn();
		}
		assertThat(this.built.get()).isEqualTo(this.lines.texts.size());
	}

	@Test
	void whenAnErrorIsWrittenItsCauseIsToo() {
		IllegalStateException cause = new IllegalStateException("broken");
		this.log.error(() -> "message", cause);
		assertThat(this.lines.texts).containsExactly("message");
		assertThat(this.lines.causes).containsExactly(cause);
	}

	@Test
	void whenTwoThreadsLogAtTheSameMomentOneOfThemWritesALine() throws Exception {
		int rounds = 50_000;
		List<Lines> lines = Stream.generate(Lines::new).limit(rounds).toList();
		List<ThrottledLog> logs = lines.stream().map(ThrottledLog::new).toList();
		AtomicInteger arrivals = new AtomicInteger();
		long start = System.nanoTime();
		Runnable logInEachRound = () -> {
			for (int round = 0; round < rounds; round++) {
				arrivals.incrementAndGet();
				while (arrivals.get() < 2 * (round + 1) && System.nanoTime() - start < PATIENCE.toNanos()) {
					Thread.onSpinWait();
				}
				logs.get(round).warn(() -> "message");
			}
		};
		CompletableFuture<Void> other = CompletableFuture.runAsync(logInEachRound);
		logInEachRound.run();
		other.get(20, TimeUnit.SECONDS);
		long most = lines.stream().mapToInt((written) -> written.texts.size()).max().orElse(0);
		assertThat(most).as("lines of a round").isBetween(1L, (long) mostLinesSince(start));
	}

	@Test
	void whenManyThreadsLogEveryMessageIsWrittenOrCounted() throws Exception {
		long start = System.nanoTime();
		ExecutorService executor = Executors.newFixedThreadPool(4);
		try {
			List<Future<?>> results = new ArrayList<>();
			for (int thread = 0; thread < 4; thread++) {
				results.add(executor.submit(() -> {
					for (int i = 0; i < 20_000; i++) {
						warn();
					}
				}));
			}
			for (Future<?> result : results) {
				result.get(20, TimeUnit.SECONDS);
			}
		}
		finally {
			executor.shutdownNow();
		}
		assertThat(this.lines.texts).hasSizeBetween(1, mostLinesSince(start));
		int before = this.lines.texts.size();
		await().atMost(PATIENCE).until(() -> {
			warn();
			return this.lines.texts.size() > before;
		});
		assertThat(this.lines.messagesTold()).as("messages told of").isEqualTo(this.messages.get());
	}

	private void warn() {
		this.messages.incrementAndGet();
		this.log.warn(() -> {
			this.built.incrementAndGet();
			return "message";
		});
	}

	private static int mostLinesSince(long start) {
		return 1 + (int) TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start);
	}

	private static final class Lines extends NoOpLog {

		private final List<String> texts = new CopyOnWriteArrayList<>();

		private final List<Throwable> causes = new CopyOnWriteArrayList<>();

		@Override
		public void warn(Object message) {
			this.texts.add(message.toString());
		}

		@Override
		public void error(Object message, @Nullable Throwable cause) {
			this.texts.add(message.toString());
			if (cause != null) {
				this.causes.add(cause);
			}
		}

		/** Return the messages written and those counted as left out. */
		private int messagesTold() {
			int told = 0;
			for (String text : this.texts) {
				Matcher line = LINE.matcher(text);
				assertThat(line.matches()).as(text).isTrue();
				told += 1 + ((line.group(1) != null) ? Integer.parseInt(line.group(1)) : 0);
			}
			return told;
		}

	}

}
