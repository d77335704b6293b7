package io.tcpecho.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * The progress of something whose longest time is known, on standard error. On a terminal
 * it is a bar with the time left, and elsewhere plain lines.
 */
final class Progress {

	/** One column less than a terminal has, which may break a line at the last. */
	private static final int WIDTH = ConsoleWriter.COLUMNS - 2;

	private final PrintWriter err;

	private final boolean terminal;

	private @Nullable ScheduledExecutorService clock;

	private @Nullable ProgressBar bar;

	/**
	 * Create a progress of nothing.
	 * @param err where it is shown
	 * @param terminal whether that is a terminal
	 */
	Progress(PrintWriter err, boolean terminal) {
		this.err = err;
		this.terminal = terminal;
	}

	/** Begin something that takes at most this long. */
	void begin(String what, Duration longest) {
		end();
		if (longest.isZero()) {
			return;
		}
		if (!this.terminal) {
			this.err.println(what + ": takes at most " + longest.toSeconds() + " s");
			return;
		}
		ProgressBar shown = bar(what, longest);
		this.bar = shown;
		this.clock = Executors.newSingleThreadScheduledExecutor(Progress::thread);
		this.clock.scheduleAtFixedRate(shown::step, 1, 1, TimeUnit.SECONDS);
	}

	private ProgressBar bar(String what, Duration longest) {
		return new ProgressBarBuilder().setTaskName(what)
			.setInitialMax(Math.max(1, longest.toSeconds()))
			.setUnit(" s", 1)
			.setStyle(ProgressBarStyle.ASCII)
			.setConsumer(new DelegatingProgressBarConsumer(this::show, WIDTH))
			.build();
	}

	private static Thread thread(Runnable task) {
		Thread thread = new Thread(task, "tcp-echo-progress");
		thread.setDaemon(true);
		return thread;
	}

	/**
	 * Show how many seconds have passed, without a clock of its own.
	 * @param what what is going on
	 * @param longest its longest time
	 * @param passed the seconds that have passed
	 * @param figures what is seen in the last of them, in a few words
	 */
	void step(String what, Duration longest, long passed, String figures) {
		if (!this.terminal) {
			this.err.println(String.format("%4d s  %s", passed, figures));
			return;
		}
		if (this.bar == null) {
			this.bar = bar(what, longest);
		}
		this.bar.stepTo(passed);
		this.bar.setExtraMessage(" " + figures);
		this.bar.refresh();
	}

	private void show(String line) {
		this.err.print("\r" + line);
		this.err.flush();
	}

	/** End what was begun, and leave nothing of it on the terminal. */
	void end() {
		if (this.clock != null) {
			this.clock.shutdownNow();
			this.clock = null;
		}
		if (this.bar != null) {
			this.bar.close();
			this.bar = null;
			show(" ".repeat(WIDTH) + "\r");
		}
	}

}
