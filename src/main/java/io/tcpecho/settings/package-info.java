/**
 * The configuration of the server: {@link io.tcpecho.settings.TcpEchoProperties} has the
 * keys that users write, {@link io.tcpecho.settings.ServerSettings} has the values that
 * are in force after the checks. This package may use the packages {@code framing},
 * {@code wire} and {@code text}.
 */
@NullMarked
package io.tcpecho.settings;

import org.jspecify.annotations.NullMarked;
