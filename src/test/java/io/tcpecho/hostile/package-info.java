/**
 * Hostile peers, limits and faults. docs/reliability.md lists these tests by their
 * display names.
 */
@NullMarked
package io.tcpecho.hostile;

import org.jspecify.annotations.NullMarked;
