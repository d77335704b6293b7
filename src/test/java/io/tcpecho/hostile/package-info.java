/**
 * Hostile peers, limits and faults. The number that a test's name begins with is that of
 * the case in docs/reliability.md.
 */
@NullMarked
package io.tcpecho.hostile;

import org.jspecify.annotations.NullMarked;
