/**
 * The command line: it parses arguments and returns an exit code. The packages
 * {@code probe} and {@code load} do the work of the commands, and {@code settings} knows
 * the server's properties; this package may use no other, and only the main class uses
 * it.
 */
@NullMarked
package io.tcpecho.cli;

import org.jspecify.annotations.NullMarked;
