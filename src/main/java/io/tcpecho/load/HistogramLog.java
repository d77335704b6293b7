package io.tcpecho.load;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Collectors;

import io.tcpecho.text.Labels;
import io.tcpecho.text.Printable;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogWriter;

/**
 * A log of all times of a load, in the log format of HdrHistogram: for each second a
 * histogram of each {@link Tag}, with the time of day at which the second began. Lines
 * that begin with {@code #} say what the load was; the last of them says that it is
 * complete. The recordings are flushed each second. Not thread-safe.
 */
public final class HistogramLog implements AutoCloseable {

	/** What the first line is. */
	static final String FIRST_LINE = "#tcp-echo load, format 1";

	/** What the last line is, unless the load was killed or the file is cut. */
	static final String LAST_LINE = "#end";

	/** What stands before a tag of the warm-up. */
	static final String WARM_UP = "warm-up/";

	private final PrintStream out;

	private final HistogramLogWriter writer;

	private Instant beganAt = Instant.EPOCH;

	/**
	 * Begin a log.
	 * @param out where it is written; closed with the log
	 * @param options what the load is asked to do
	 * @param origin where it is made
	 */
	public HistogramLog(OutputStream out, LoadOptions options, Origin origin) {
		this.out = new PrintStream(new BufferedOutputStream(out), false, StandardCharsets.UTF_8);
		this.writer = new HistogramLogWriter(this.out);
		this.out.print(FIRST_LINE + "\n");
		write(Key.VERSION, origin.version());
		write(Key.HOST, origin.host());
		write(Key.MACHINE, origin.machine());
		write(Key.TARGET, options.target());
		write(Key.FRAMING, options.framing());
		write(Key.SIZES, options.sizes().stream().map(String::valueOf).collect(Collectors.joining(",")));
		write(Key.CONNECTIONS, options.connections());
		write(Key.RATE, options.rate());
		write(Key.WARM_UP, options.warmup());
		write(Key.DURATION, options.duration());
		write(Key.TIMEOUT, options.timeout());
		write(Key.ENTRANCE, options.entrance());
		this.writer.outputLogFormatVersion();
	}

	private void write(Key key, Object value) {
		this.out.print(key.prefix() + Printable.of(value) + "\n");
	}

	/** Write a second. */
	public void write(LoadSecond second) {
		if (this.beganAt.equals(Instant.EPOCH)) {
			begin(second.beganAt());
		}
		double start = seconds(Duration.between(this.beganAt, second.beganAt()));
		double end = start + seconds(second.progress().length());
		second.warmUp().histograms().forEach((tag, nanos) -> write(start, end, WARM_UP + tag, nanos));
		second.counted().histograms().forEach((tag, nanos) -> write(start, end, tag.toString(), nanos));
		this.out.flush();
	}

	private void begin(Instant time) {
		this.beganAt = time;
		this.writer.outputStartTime(time.toEpochMilli());
		this.writer.outputBaseTime(time.toEpochMilli());
		this.writer.outputLegend();
	}

	private void write(double start, double end, String tag, Histogram nanos) {
		nanos.setTag(tag);
		this.writer.outputIntervalHistogram(start, end, nanos);
	}

	private static double seconds(Duration duration) {
		return duration.toMillis() / 1e3;
	}

	/**
	 * Write what is known at the end of the load, and close the file.
	 * @throws IOException if something was not written, now or before
	 */
	public void end(LoadSummary summary) throws IOException {
		write(Key.BEGAN_AT, summary.beganAt());
		write(Key.MEASURED, summary.measured());
		write(Key.NOT_BEGUN, summary.notBegun());
		write(Key.CPU, summary.generatorCpu().cpuNanos() + " of " + summary.generatorCpu().nanos());
		summary.tally()
			.replicas()
			.shares()
			.forEach((share) -> write(Key.REPLICA, share.count() + " " + share.replica()));
		this.out.print(LAST_LINE + "\n");
		close();
		if (this.out.checkError()) {
			throw new IOException("the disk is full, or cannot be written");
		}
	}

	@Override
	public void close() {
		this.out.close();
	}

	/** What a comment of the file tells. */
	enum Key {

		VERSION, HOST, MACHINE, TARGET, FRAMING, SIZES, CONNECTIONS, RATE, WARM_UP, DURATION, TIMEOUT, ENTRANCE,
		BEGAN_AT, MEASURED, NOT_BEGUN, CPU, REPLICA;

		/** Return what a line with this key begins with. */
		String prefix() {
			return "#" + Labels.of(this) + ": ";
		}

	}

}
