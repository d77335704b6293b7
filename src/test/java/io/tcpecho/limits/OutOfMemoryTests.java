package io.tcpecho.limits;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

/**
 * The end of a process whose memory has run out, in a process of its own.
 */
class OutOfMemoryTests {

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 15 })
	void whenMemoryHasRunOutTheProcessEndsWithOneLineAndCode3(int causes) throws Exception {
		Process process = start(causes);
		try {
			assertThat(process.waitFor(20, TimeUnit.SECONDS)).as("ended").isTrue();
			assertThat(text(process)).isEqualTo("tcp-echo: out of memory, the process ends with code 3\n");
			assertThat(process.exitValue()).isEqualTo(3);
		}
		finally {
			process.destroyForcibly();
		}
	}

	@Test
	void whenTheFailureIsAnotherOneItReturns() {
		assertThatCode(() -> OutOfMemory.exitIfCauseOf(new StackOverflowError())).doesNotThrowAnyException();
	}

	@Test
	void whenCausesFormACircleItReturns() {
		IllegalStateException first = new IllegalStateException();
		IllegalStateException second = new IllegalStateException(first);
		first.initCause(second);
		assertThat(CompletableFuture.runAsync(() -> OutOfMemory.exitIfCauseOf(first)))
			.succeedsWithin(Duration.ofSeconds(10));
	}

	private static Process start(int causes) throws IOException {
		String java = System.getProperty("java.home") + File.separator + "bin" + File.separator + "java";
		return new ProcessBuilder(java, "-Xmx32m", "-Xshare:auto", "-cp", System.getProperty("java.class.path"),
				Victim.class.getName(), Integer.toString(causes))
			.redirectErrorStream(true)
			.start();
	}

	private static String text(Process process) throws IOException {
		return new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
	}

	/** Ends with code 0 if it is not ended before. */
	static final class Victim {

		public static void main(String[] args) {
			Throwable failure = new OutOfMemoryError("Java heap space");
			for (int i = 0; i < Integer.parseInt(args[0]); i++) {
				failure = new IllegalStateException(failure);
			}
			OutOfMemory.exitIfCauseOf(failure);
		}

	}

}
