/**
 * The configuration of the server: {@link io.tcpecho.settings.TcpEchoProperties} is what
 * users write, {@link io.tcpecho.settings.ServerSettings} is what is in force after the
 * checks. May use the packages {@code framing}, {@code wire} and {@code text}.
 */
@NullMarked
package io.tcpecho.settings;

import org.jspecify.annotations.NullMarked;
