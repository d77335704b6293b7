/**
 * The limits that a listener holds its connections to: how much memory, how many places,
 * how long, how many calls of a service, how many lines of a log. This package uses only
 * the package {@code payload}, and its classes know no socket.
 */
@NullMarked
package io.tcpecho.limits;

import org.jspecify.annotations.NullMarked;
