/**
 * Measurements of a path: the size at which it hangs, how long a connection may be
 * silent, how long a half-closed one may wait, and what becomes of FIN and RST. Uses
 * {@code probe} and {@code nio}, and no Spring.
 */
@NullMarked
package io.tcpecho.path;

import org.jspecify.annotations.NullMarked;
