/**
 * The listeners: their beans and flows, their start and drain. This package may use the
 * packages {@code settings}, {@code echo}, {@code nio}, {@code wire}, {@code framing},
 * {@code connection} and {@code text}.
 *
 * <p>
 * {@link io.tcpecho.server.ListenerRegistrar} registers the beans of each enabled
 * listener, and {@link io.tcpecho.server.ServerLifecycle} opens and drains the listeners.
 */
@NullMarked
package io.tcpecho.server;

import org.jspecify.annotations.NullMarked;
