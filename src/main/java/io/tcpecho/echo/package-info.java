/**
 * What is echoed. Plain Java: this package knows neither Spring nor sockets, and uses no
 * other package of the project.
 */
@NullMarked
package io.tcpecho.echo;

import org.jspecify.annotations.NullMarked;
