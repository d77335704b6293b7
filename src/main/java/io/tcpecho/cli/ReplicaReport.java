package io.tcpecho.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import io.tcpecho.probe.Replicas;
import io.tcpecho.probe.Replicas.Share;
import io.tcpecho.text.Amounts;
import io.tcpecho.text.Json;

/**
 * Which replicas have answered, as {@code probe} and {@code load} print it.
 */
final class ReplicaReport {

	private ReplicaReport() {
	}

	/** Return a table of the shares; empty if no replica has named itself. */
	static List<String> table(Replicas replicas) {
		List<Share> shares = replicas.shares();
		if (shares.isEmpty()) {
			return List.of();
		}
		int width = Math.max(7, shares.stream().mapToInt((share) -> share.replica().length()).max().orElse(0));
		List<String> lines = new ArrayList<>();
		lines.add(
				String.format(Locale.ROOT, "%-" + width + "s %9s %8s   95 %% interval", "replica", "answers", "share"));
		for (Share share : shares) {
			lines.add(String.format(Locale.ROOT, "%-" + width + "s %9d %6.1f %%   %.1f to %.1f %%", share.replica(),
					share.count(), share.percent(), share.low(), share.high()));
		}
		return lines;
	}

	/** Return what is wrong with the shares, in one line. */
	static String problem(List<String> problems) {
		return String.join("; ", problems) + ".";
	}

	/** Return the shares as a list of JSON. */
	static List<Json> json(Replicas replicas) {
		return replicas.shares()
			.stream()
			.map((share) -> new Json().with("replica", share.replica())
				.with("answers", share.count())
				.with("percent", rounded(share.percent()))
				.with("low", rounded(share.low()))
				.with("high", rounded(share.high())))
			.toList();
	}

	/** Return what is said where no replica has named itself. */
	static String none(long exchanges) {
		return "No replica has named itself in " + Amounts.count(exchanges, "exchange")
				+ "; a listener does so with identify: true.";
	}

	private static double rounded(double percent) {
		return Math.round(percent * 100) / 100.0;
	}

}
