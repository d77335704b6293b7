/**
 * What the wire tests share: a real server on a free port, and a client that does on the
 * wire just what a test says.
 */
@NullMarked
package io.tcpecho.testing;

import org.jspecify.annotations.NullMarked;
