/**
 * The monitor: schedule, rows, matrix, and probes on request.
 */
@NullMarked
package io.tcpecho.monitor;

import org.jspecify.annotations.NullMarked;
