package io.tcpecho.actuate;

import java.time.Instant;
import java.util.List;
import java.util.function.Function;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.tcpecho.actuate.RecentLatency.Percentiles;
import io.tcpecho.server.EchoListener;
import io.tcpecho.server.EchoListeners;
import io.tcpecho.server.ListenerState;
import io.tcpecho.server.ListenerStateException;
import io.tcpecho.server.ListenerStatus;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpoint;

/**
 * The endpoint {@code /actuator/listeners}: it shows every configured listener, and stops
 * or resumes accepting on request.
 */
@WebEndpoint(id = "listeners")
class ListenersEndpoint {

	/** Differs after every start, so that a client knows that counters began anew. */
	private final Instant startedAt = Instant.now();

	private final EchoListeners listeners;

	private final Function<String, @Nullable Percentiles> latency;

	/**
	 * Create the endpoint.
	 * @param latency returns the recent percentiles of a listener, null for none
	 */
	ListenersEndpoint(EchoListeners listeners, Function<String, @Nullable Percentiles> latency) {
		this.listeners = listeners;
		this.latency = latency;
	}

	/** Show all listeners. */
	@ReadOperation
	Listeners listeners() {
		return new Listeners(Instant.now(), this.startedAt,
				this.listeners.status().stream().map(this::described).toList());
	}

	/** Show a listener. */
	@ReadOperation
	WebEndpointResponse<Object> listener(@Selector String name) {
		return Refusal.orAnswer(() -> described(status(name)));
	}

	/**
	 * Stop or resume accepting; open connections stay open.
	 * @param state {@code PAUSED} or {@code LISTENING}
	 */
	@WriteOperation
	WebEndpointResponse<Object> change(@Selector String name, @Nullable String state) {
		return Refusal.orAnswer(() -> {
			ListenerStatus before = status(name);
			if (state == null) {
				throw Refusal.badRequest("state is missing, and must be one of PAUSED, LISTENING");
			}
			Change change = Refusal.parse("state", state, Change.values(), Enum::name);
			EchoListener listener = this.listeners.find(name)
				.orElseThrow(() -> Refusal
					.conflict("Listener " + before.name() + " is not enabled: " + ListenerState.DISABLED));
			try {
				change.apply(listener);
			}
			catch (ListenerStateException ex) {
				throw Refusal.conflict(String.valueOf(ex.getMessage()));
			}
			return described(status(name));
		});
	}

	private DescribedListener described(ListenerStatus status) {
		return new DescribedListener(status, this.latency.apply(status.name()));
	}

	private ListenerStatus status(String name) {
		return this.listeners.status()
			.stream()
			.filter((listener) -> listener.name().equals(name))
			.findFirst()
			.orElseThrow(() -> Refusal.notFound("No listener has the name " + Refusal.quoted(name)));
	}

	/** The states that a request can ask for. */
	private enum Change {

		PAUSED {
			@Override
			void apply(EchoListener listener) {
				listener.pause();
			}
		},

		LISTENING {
			@Override
			void apply(EchoListener listener) {
				listener.resume();
			}
		};

		abstract void apply(EchoListener listener);

	}

	/**
	 * All listeners.
	 *
	 * @param time the time of day of these values
	 * @param startedAt the time of day since which everything is counted
	 */
	record Listeners(Instant time, Instant startedAt, List<DescribedListener> listeners) {

	}

	/**
	 * A listener as JSON shows it.
	 *
	 * @param latency the percentiles of the last minute; null if no exchange has ended in
	 * it
	 */
	record DescribedListener(@JsonUnwrapped ListenerStatus status, @Nullable Percentiles latency) {

	}

}
