package io.tcpecho.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

import io.tcpecho.load.HistogramLog.Key;
import io.tcpecho.probe.Verdict;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.PackedHistogram;

/**
 * A reader of what {@link HistogramLog} has written. It takes nothing on trust: an error
 * names the file, the line, and what is wrong with it.
 */
public final class HistogramLogFile {

	private static final Pattern INTERVAL = Pattern
		.compile("Tag=([^,]+),(\\d{1,12}\\.\\d{3}),(\\d{1,12}\\.\\d{3}),\\d+\\.\\d{3},([A-Za-z0-9+/=]+)");

	private static final String LEGEND = "\"StartTimestamp\",";

	private static final Pattern CPU = Pattern.compile("(\\d{1,18}) of (\\d{1,18})");

	private static final Pattern REPLICA = Pattern.compile("(\\d{1,18}) (.+)");

	/** More than any histogram of three digits has. */
	private static final int LARGEST_HISTOGRAM_IN_BYTES = 8 * 1024 * 1024;

	/** By which a load may end later than all its exchanges have to. */
	private static final int PATIENCE_IN_SECONDS = 60;

	private static final int HEADER_IN_BYTES = 2 * Integer.BYTES;

	private final Path file;

	private final Map<Key, Comment> comments = new EnumMap<>(Key.class);

	private final Tally tally = new Tally();

	private final SortedMap<Long, LoggedSecond> seconds = new TreeMap<>();

	private int line;

	private boolean complete;

	private HistogramLogFile(Path file) {
		this.file = file;
	}

	/**
	 * Read a file.
	 * @throws IOException if it is missing, damaged or cut; the message names the file
	 * and, where there is one, the line
	 */
	public static LoadLog read(Path file) throws IOException {
		return new HistogramLogFile(file).read();
	}

	private LoadLog read() throws IOException {
		if (!Files.isRegularFile(this.file)) {
			throw new IOException(this.file + " is no file");
		}
		// A byte that is no UTF-8 is damage like any other, and belongs to its line.
		try (BufferedReader reader = new BufferedReader(
				new InputStreamReader(Files.newInputStream(this.file), StandardCharsets.UTF_8))) {
			for (String text = reader.readLine(); text != null; text = reader.readLine()) {
				this.line++;
				read(text);
			}
			if (!this.complete) {
				throw new IOException(this.file + " ends with line " + this.line + ", and the line "
						+ HistogramLog.LAST_LINE + " is missing: the load was killed, or the file is cut");
			}
			Map<Long, PackedHistogram> okNanos = new TreeMap<>();
			this.seconds.forEach((second, logged) -> okNanos.put(second, logged.okNanos));
			return new LoadLog(summary(), okNanos);
		}
		catch (IllegalArgumentException | DataFormatException | ArithmeticException | DateTimeException ex) {
			throw damaged(String.valueOf(ex.getMessage()));
		}
	}

	private IOException damaged(String problem) {
		return new IOException(this.file + ", line " + this.line + ": " + problem);
	}

	private void read(String text) throws DataFormatException {
		if (this.line == 1) {
			require(text.equals(HistogramLog.FIRST_LINE), "'" + shortened(text) + "' is not '" + HistogramLog.FIRST_LINE
					+ "', which tcp-echo load --hlog writes");
		}
		else {
			require(!this.complete, "something follows " + HistogramLog.LAST_LINE);
			if (text.equals(HistogramLog.LAST_LINE)) {
				this.complete = true;
			}
			else if (text.startsWith("#")) {
				comment(text);
			}
			else if (!text.startsWith(LEGEND)) {
				interval(text);
			}
		}
	}

	private static String shortened(String text) {
		return (text.length() > 60) ? text.substring(0, 60) + "..." : text;
	}

	private static void require(boolean condition, String problem) {
		if (!condition) {
			throw new IllegalArgumentException(problem);
		}
	}

	private void comment(String text) {
		Arrays.stream(Key.values()).filter((key) -> text.startsWith(key.prefix())).findFirst().ifPresent((key) -> {
			String value = text.substring(key.prefix().length());
			if (key == Key.REPLICA) {
				Matcher replica = matcher(REPLICA, value);
				this.tally.replicas().add(replica.group(2), Long.parseLong(replica.group(1)));
			}
			else {
				require(this.comments.put(key, new Comment(this.line, value)) == null,
						"'" + shortened(text) + "' is there twice");
			}
		});
	}

	private void interval(String text) throws DataFormatException {
		Matcher matcher = INTERVAL.matcher(text);
		require(matcher.matches(), "'" + shortened(text) + "' is no interval");
		String name = matcher.group(1);
		boolean warmUp = name.startsWith(HistogramLog.WARM_UP);
		Tag tag = Tag.parse(warmUp ? name.substring(HistogramLog.WARM_UP.length()) : name);
		Histogram nanos = histogram(Base64.getDecoder().decode(matcher.group(4)));
		this.seconds.computeIfAbsent(1 + Math.round(Double.parseDouble(matcher.group(2))), (key) -> new LoggedSecond())
			.add(tag, nanos, Duration.ofMillis(Math.round(Double.parseDouble(matcher.group(3)) * 1e3)));
		if (!warmUp) {
			Recordings counted = new Recordings();
			counted.add(tag, nanos);
			this.tally.add(counted);
		}
	}

	/**
	 * Decode a histogram. The checksum is looked at first: what the library would make of
	 * a damaged one, and how much memory it would take, is not known.
	 */
	private static Histogram histogram(byte[] compressed) throws DataFormatException {
		require(compressed.length > HEADER_IN_BYTES, "the histogram is cut");
		require(ByteBuffer.wrap(compressed).getInt(Integer.BYTES) == compressed.length - HEADER_IN_BYTES,
				"the histogram is cut or damaged");
		Inflater inflater = new Inflater();
		try {
			inflater.setInput(compressed, HEADER_IN_BYTES, compressed.length - HEADER_IN_BYTES);
			byte[] content = new byte[64 * 1024];
			while (!inflater.finished()) {
				int count = inflater.inflate(content);
				require(count > 0 || inflater.finished(), "the histogram is cut");
				require(inflater.getBytesWritten() <= LARGEST_HISTOGRAM_IN_BYTES, "the histogram is too large");
			}
		}
		finally {
			inflater.end();
		}
		try {
			return Histogram.decodeFromCompressedByteBuffer(ByteBuffer.wrap(compressed), 0);
		}
		catch (RuntimeException ex) {
			throw new IllegalArgumentException("the histogram is damaged", ex);
		}
	}

	/** Return the value of a comment. */
	private <T> T value(Key key, Function<String, T> parser) {
		Comment comment = this.comments.get(key);
		require(comment != null, "no line begins with '" + key.prefix() + "'");
		try {
			return parser.apply(Objects.requireNonNull(comment).value());
		}
		catch (IllegalArgumentException | DateTimeException ex) {
			this.line = Objects.requireNonNull(comment).line();
			throw new IllegalArgumentException("'" + key.prefix() + shortened(comment.value()) + "' is damaged", ex);
		}
	}

	private static Matcher matcher(Pattern pattern, String value) {
		Matcher matcher = pattern.matcher(value);
		require(matcher.matches(), "'" + value + "' does not match");
		return matcher;
	}

	private static GeneratorCpu cpu(String value) {
		Matcher cpu = matcher(CPU, value);
		return new GeneratorCpu(Long.parseLong(cpu.group(1)), Long.parseLong(cpu.group(2)));
	}

	private LoadSummary summary() {
		LoadOptions options = new LoadOptions(value(Key.TARGET, String::valueOf), value(Key.FRAMING, String::valueOf),
				value(Key.SIZES, (sizes) -> Arrays.stream(sizes.split(",")).map(Integer::parseUnsignedInt).toList()),
				value(Key.CONNECTIONS, Integer::parseUnsignedInt), value(Key.RATE, Long::parseUnsignedLong),
				value(Key.WARM_UP, Duration::parse), value(Key.DURATION, Duration::parse),
				value(Key.TIMEOUT, Duration::parse), value(Key.ENTRANCE, String::valueOf));
		Origin origin = new Origin(value(Key.VERSION, String::valueOf), value(Key.HOST, String::valueOf),
				value(Key.MACHINE, String::valueOf));
		return new LoadSummary(options, origin, value(Key.BEGAN_AT, Instant::parse),
				value(Key.MEASURED, Duration::parse), this.tally, seconds(options),
				value(Key.NOT_BEGUN, Long::parseUnsignedLong), value(Key.CPU, HistogramLogFile::cpu), List.of());
	}

	/** Return all seconds, also those in which no exchange has ended. */
	private List<LoadProgress> seconds(LoadOptions options) {
		long last = this.seconds.isEmpty() ? 0 : this.seconds.lastKey();
		require(last <= options.warmup().plus(options.duration()).plus(options.timeout()).toSeconds()
				+ PATIENCE_IN_SECONDS, "an interval begins " + (last - 1) + " s after the load");
		List<LoadProgress> all = new ArrayList<>();
		for (long second = 1; second <= last; second++) {
			LoggedSecond logged = this.seconds.getOrDefault(second, new LoggedSecond());
			all.add(LoadProgress.of(second, second <= options.warmup().toSeconds(), logged.length, logged.verdicts,
					logged.okNanos));
		}
		return all;
	}

	/** What the intervals of one second tell. */
	private static final class LoggedSecond {

		private final Map<Verdict, Long> verdicts = new EnumMap<>(Verdict.class);

		private final PackedHistogram okNanos = new PackedHistogram(Recordings.SIGNIFICANT_DIGITS);

		private Duration length = Duration.ofSeconds(1);

		void add(Tag tag, Histogram nanos, Duration length) {
			this.length = length;
			if (tag.verdict() != null) {
				this.verdicts.merge(tag.verdict(), nanos.getTotalCount(), Long::sum);
			}
			if (tag.verdict() == Verdict.OK) {
				this.okNanos.add(nanos);
			}
		}

	}

	/** The value of a comment, and the line that has it. */
	private record Comment(int line, String value) {

	}

}
