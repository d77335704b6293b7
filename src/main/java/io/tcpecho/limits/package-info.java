/**
 * The limits that a listener holds its connections to: how much memory, how many places,
 * how long, how many calls of a service, how many lines of a log. This package uses no
 * other package of the project, and its classes know no socket.
 */
@NullMarked
package io.tcpecho.limits;

import org.jspecify.annotations.NullMarked;
