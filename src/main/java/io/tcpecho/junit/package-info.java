/**
 * {@link io.tcpecho.junit.TcpEchoServer}, the extension of JUnit that runs an echo server
 * for tests. It is in the library and not in the application. This package may use the
 * packages {@code gateway}, {@code nio}, {@code limits}, {@code fault}, {@code framing}
 * and {@code connection}, and no application context.
 */
@NullMarked
package io.tcpecho.junit;

import org.jspecify.annotations.NullMarked;
