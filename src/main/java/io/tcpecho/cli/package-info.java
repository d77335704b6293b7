/**
 * The command line: arguments in, exit code out. What the commands do is in the package
 * {@code client}, the only one it uses. Only the main class uses it.
 */
@NullMarked
package io.tcpecho.cli;

import org.jspecify.annotations.NullMarked;
