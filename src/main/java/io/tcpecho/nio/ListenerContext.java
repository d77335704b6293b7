package io.tcpecho.nio;

import io.tcpecho.connection.ListenerObserver;
import io.tcpecho.limits.ServiceGate;
import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationEventPublisher;

/**
 * The options and services that all connections of one listener share. Immutable.
 *
 * @param options of the listener
 * @param observer receives the events of the connections; it never throws
 * @param serviceGate leads to the executor of the service; null if the event loops run it
 * @param factoryName the name of the connection factory for Spring Integration
 * @param publisher publishes the connections' events to Spring, null for no such events
 */
public record ListenerContext(ListenerOptions options, ListenerObserver observer, @Nullable ServiceGate serviceGate,
		String factoryName, @Nullable ApplicationEventPublisher publisher) {

}
