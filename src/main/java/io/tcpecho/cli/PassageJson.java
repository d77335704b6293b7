package io.tcpecho.cli;

import io.tcpecho.probe.Passage;
import io.tcpecho.probe.Result;
import org.jspecify.annotations.Nullable;

/**
 * The way in of an exchange as JSON. What did not happen is null.
 */
final class PassageJson {

	private PassageJson() {
	}

	static @Nullable Json of(@Nullable Passage passage) {
		return (passage == null) ? null : new Json().with("viaMillis", millis(passage.viaNanos()));
	}

	private static @Nullable Object millis(long nanos) {
		return (nanos == Result.NEVER) ? null : Result.millis(nanos);
	}

}
