package io.tcpecho.testing;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

import io.tcpecho.connection.ConnectionSummary;
import io.tcpecho.connection.ListenerObserver;
import io.tcpecho.echo.EchoService;
import io.tcpecho.payload.Payload;
import org.jspecify.annotations.Nullable;

/**
 * The record of one server: what its observers are told of each connection at its end,
 * and how often its service is called. Thread-safe.
 */
final class Recorder implements ListenerObserver {

	private final Queue<ConnectionSummary> summaries = new ConcurrentLinkedQueue<>();

	private final AtomicInteger serviceCalls = new AtomicInteger();

	@Override
	public void closed(ConnectionSummary connection) {
		this.summaries.add(connection);
	}

	/** Return a service that does the same, and counts. */
	EchoService counting(EchoService service) {
		return new EchoService() {

			@Override
			public byte[] echo(byte[] message) {
				return service.echo(message);
			}

			@Override
			public @Nullable Payload echo(Payload message) {
				Recorder.this.serviceCalls.incrementAndGet();
				return service.echo(message);
			}

		};
	}

	/** Return how often the service was called. */
	int serviceCalls() {
		return this.serviceCalls.get();
	}

	/** Return the connections that have ended, in this order. */
	List<ConnectionSummary> summaries() {
		return List.copyOf(this.summaries);
	}

}
