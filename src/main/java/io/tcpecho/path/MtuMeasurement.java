package io.tcpecho.path;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

import io.tcpecho.path.Finding.Rung;

/**
 * The size at which messages disappear, found by sizes that are tried at once, and
 * narrowed down to a byte.
 *
 * <p>
 * A message that fits into a segment goes as one packet, so the largest that passes tells
 * the largest packet that does. Only silence counts: a reset is an answer.
 */
final class MtuMeasurement {

	private static final int SMALL = 64;

	private static final List<Integer> SIZES = List.of(SMALL, 500, 1_000, 1_200, 1_280, 1_400, 1_500, 9_000, 65_536);

	/** The largest packet of Ethernet. */
	private static final int USUAL = 1_500;

	private static final int AT_ONCE = 15;

	private static final int TRIES = 3;

	/** The headers of IPv4 and TCP with its timestamps; IPv6 has 20 bytes more. */
	private static final int HEADERS_IN_BYTES = 52;

	/** How many times the timeout a sender gets to learn of smaller packets itself. */
	private static final int HEALING_TIMEOUTS = 4;

	private final Steps steps;

	private final FarEnd farEnd;

	MtuMeasurement(Steps steps, FarEnd farEnd) {
		this.steps = steps;
		this.farEnd = farEnd;
	}

	/** Measure each direction alone, or both together if the far end is no lab. */
	List<Finding> measure() throws InterruptedException {
		if (!this.farEnd.isLab()) {
			return List.of(measure("both directions", (size) -> Step.sending(filler(size), filler(size))));
		}
		return List.of(measure("client to server", MtuMeasurement::toServer),
				measure("server to client", MtuMeasurement::toClient));
	}

	private static Step toServer(int size) {
		byte[] line = Step.bytes("LAB reply=none\n");
		byte[] message = filler(size);
		System.arraycopy(line, 0, message, 0, line.length);
		return Step.sending(message, new byte[0]);
	}

	private static Step toClient(int size) {
		return Step.sending(Step.bytes("LAB reply=" + size + "\n"), Step.pattern(size));
	}

	private static byte[] filler(int size) {
		byte[] filler = new byte[size];
		Arrays.fill(filler, (byte) 'x');
		return filler;
	}

	private Finding measure(String subject, IntFunction<Step> direction) throws InterruptedException {
		TreeMap<Integer, StepOutcome> tried = new TreeMap<>();
		run(direction, SIZES, tried);
		if (!passed(tried.firstEntry())) {
			return finding(subject, Word.NOT_MEASURABLE,
					"messages of " + SMALL + " bytes fail: " + tried.firstEntry().getValue().describe(), tried);
		}
		while (firstBad(tried) - lastGood(tried) > 1) {
			if (firstBad(tried) == Integer.MAX_VALUE || tried.get(firstBad(tried)).end() != StepOutcome.End.SILENCE) {
				return withoutHang(subject, tried);
			}
			run(direction, between(lastGood(tried), firstBad(tried)), tried);
		}
		return confirm(subject, direction, tried);
	}

	private void run(IntFunction<Step> direction, List<Integer> sizes, Map<Integer, StepOutcome> tried)
			throws InterruptedException {
		List<StepOutcome> outcomes = this.steps.run(sizes.stream().map(direction::apply).toList());
		for (int i = 0; i < sizes.size(); i++) {
			tried.put(sizes.get(i), outcomes.get(i));
		}
	}

	private static List<Integer> between(int low, int high) {
		int count = Math.min(AT_ONCE, high - low - 1);
		return IntStream.rangeClosed(1, count)
			.mapToObj((i) -> low + (high - low) * i / (count + 1))
			.distinct()
			.toList();
	}

	private static boolean passed(Map.Entry<Integer, StepOutcome> entry) {
		return entry.getValue().isAnswered();
	}

	/** Return the largest size of those at and below which all passed. */
	private static int lastGood(TreeMap<Integer, StepOutcome> tried) {
		int last = 0;
		for (Map.Entry<Integer, StepOutcome> entry : tried.entrySet()) {
			if (!passed(entry)) {
				break;
			}
			last = entry.getKey();
		}
		return last;
	}

	private static int firstBad(TreeMap<Integer, StepOutcome> tried) {
		Integer next = tried.higherKey(lastGood(tried));
		return (next != null) ? next : Integer.MAX_VALUE;
	}

	private static Finding withoutHang(String subject, TreeMap<Integer, StepOutcome> tried) {
		int good = lastGood(tried);
		int bad = firstBad(tried);
		String upTo = "no limit up to " + number(good) + " bytes";
		if (bad == Integer.MAX_VALUE) {
			return finding(subject, Word.NO_LIMIT_FOUND, upTo, tried);
		}
		String why = "; " + number(bad) + " bytes: " + tried.get(bad).describe()
				+ ", which is an answer and no lost packet (the far end's max-message-size?)";
		return finding(subject, (good >= USUAL) ? Word.NO_LIMIT_FOUND : Word.NOT_MEASURABLE, upTo + why, tried);
	}

	/** Try both sides of the limit again, with a small message beside each. */
	private Finding confirm(String subject, IntFunction<Step> direction, TreeMap<Integer, StepOutcome> tried)
			throws InterruptedException {
		int good = lastGood(tried);
		int bad = firstBad(tried);
		List<Integer> sizes = new ArrayList<>();
		for (int i = 0; i < TRIES; i++) {
			sizes.addAll(List.of(good, SMALL, bad));
		}
		List<StepOutcome> outcomes = this.steps.run(sizes.stream().map(direction::apply).toList());
		boolean same = IntStream.range(0, sizes.size())
			.allMatch((i) -> outcomes.get(i).isAnswered() == (sizes.get(i) != bad));
		boolean oneLimit = tried.tailMap(bad).values().stream().noneMatch(StepOutcome::isAnswered);
		String text = number(good) + " bytes pass, " + number(bad) + " hang";
		if (!same || !oneLimit) {
			return finding(subject, Word.UNSTABLE, text + ", but not always", tried);
		}
		StepOutcome late = this.steps.run(direction.apply(bad), this.steps.timeout().multipliedBy(HEALING_TIMEOUTS));
		int headers = HEADERS_IN_BYTES + (this.steps.isIpv6() ? 20 : 0);
		return finding(subject, Word.LIMIT_FOUND,
				text + ((bad <= 65_536 - headers)
						? ": path MTU " + number(good + headers) + " (" + headers + " bytes of headers)" : "")
						+ (late.isAnswered() ? "; " + number(bad) + " bytes pass after " + Durations.text(late.since())
								+ ", since the sender then tries smaller packets (tcp_mtu_probing)" : ""),
				tried);
	}

	private static Finding finding(String subject, Word word, String text, TreeMap<Integer, StepOutcome> tried) {
		int bad = firstBad(tried);
		return new Finding(Measurement.MTU, subject, word, text, lastGood(tried),
				(bad == Integer.MAX_VALUE) ? Finding.NONE : bad,
				tried.entrySet()
					.stream()
					.map((entry) -> new Rung(entry.getKey(), passed(entry), entry.getValue().describe()))
					.toList());
	}

	private static String number(int number) {
		return String.format(Locale.ROOT, "%,d", number);
	}

}
