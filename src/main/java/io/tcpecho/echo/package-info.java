/**
 * What is echoed. Plain Java: this package knows neither Spring nor sockets, and uses
 * only the package {@code payload}.
 */
@NullMarked
package io.tcpecho.echo;

import org.jspecify.annotations.NullMarked;
