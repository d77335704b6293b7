package io.tcpecho.gateway;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

import io.tcpecho.connection.ConnectionSummary;
import io.tcpecho.connection.HandshakeResult;
import io.tcpecho.connection.ListenerObserver;
import io.tcpecho.limits.OutOfMemory;
import io.tcpecho.limits.ThrottledLog;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Several observers as one. An exception that one of them throws is logged, and affects
 * neither the others nor the connection.
 */
public final class CompositeObserver implements ListenerObserver {

	private final String listener;

	private final List<ListenerObserver> observers;

	private final ThrottledLog failures = new ThrottledLog(LogFactory.getLog(CompositeObserver.class));

	/** Join the observers of a listener, which are told in this order. */
	public CompositeObserver(String listener, List<ListenerObserver> observers) {
		this.listener = listener;
		this.observers = List.copyOf(observers);
	}

	@Override
	public void accepted() {
		tell(ListenerObserver::accepted);
	}

	@Override
	public void received(int bytes) {
		tell((observer) -> observer.received(bytes));
	}

	@Override
	public void sent(int bytes) {
		tell((observer) -> observer.sent(bytes));
	}

	@Override
	public void messageReceived(int bytes) {
		tell((observer) -> observer.messageReceived(bytes));
	}

	@Override
	public void replied(long nanos) {
		tell((observer) -> observer.replied(nanos));
	}

	@Override
	public void handshakeEnded(HandshakeResult result, @Nullable Duration time) {
		tell((observer) -> observer.handshakeEnded(result, time));
	}

	@Override
	public void endedWithoutCloseNotify() {
		tell(ListenerObserver::endedWithoutCloseNotify);
	}

	@Override
	public void closed(ConnectionSummary connection) {
		tell((observer) -> observer.closed(connection));
	}

	@Override
	public void loopDelayed(long nanos) {
		tell((observer) -> observer.loopDelayed(nanos));
	}

	private void tell(Consumer<ListenerObserver> event) {
		for (ListenerObserver observer : this.observers) {
			try {
				event.accept(observer);
			}
			catch (Throwable ex) {
				OutOfMemory.exitIfCauseOf(ex);
				this.failures.error(() -> "An observer of listener " + this.listener + " failed", ex);
			}
		}
	}

}
