/**
 * {@link io.tcpecho.client.EchoClient}, the client for Spring applications, and its
 * configuration. This package may use the packages {@code nio}, {@code wire},
 * {@code framing} and {@code text}.
 */
@NullMarked
package io.tcpecho.client;

import org.jspecify.annotations.NullMarked;
