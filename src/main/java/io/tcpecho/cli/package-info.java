/**
 * The command line: arguments in, exit code out. What the commands do is in the packages
 * {@code probe} and {@code load}, the only ones it may use. Only the main class uses it.
 */
@NullMarked
package io.tcpecho.cli;

import org.jspecify.annotations.NullMarked;
