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
import picocli.CommandLine;

/**
 * The progress of a measurement that may take minutes, on standard error: a bar with the
 * time left on a terminal, and elsewhere a line at its begin.
 */
final class PathProgress {

	private static final int WIDTH = 78;

	private final PrintWriter err;

	private final boolean terminal;

	private @Nullable ScheduledExecutorService clock;

	private @Nullable ProgressBar bar;

	private PathProgress(PrintWriter err, boolean terminal) {
		this.err = err;
		this.terminal = terminal;
	}

	/** Show progress where a command writes its errors. */
	static PathProgress on(CommandLine command) {
		return new PathProgress(command.getErr(), command.getColorScheme().ansi().enabled());
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
		ProgressBar shown = new ProgressBarBuilder().setTaskName(what)
			.setInitialMax(Math.max(1, longest.toSeconds()))
			.setUnit(" s", 1)
			.setStyle(ProgressBarStyle.ASCII)
			.setConsumer(new DelegatingProgressBarConsumer(this::show, WIDTH))
			.build();
		this.bar = shown;
		this.clock = Executors.newSingleThreadScheduledExecutor(PathProgress::thread);
		this.clock.scheduleAtFixedRate(shown::step, 1, 1, TimeUnit.SECONDS);
	}

	private static Thread thread(Runnable task) {
		Thread thread = new Thread(task, "tcp-echo-progress");
		thread.setDaemon(true);
		return thread;
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
