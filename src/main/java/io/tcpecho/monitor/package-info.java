/**
 * Exchanges on a schedule and on request: {@link io.tcpecho.monitor.Monitor} watches
 * configured targets and the addresses of names,
 * {@link io.tcpecho.monitor.RequestedProbes} probes what a request names, and
 * {@link io.tcpecho.monitor.Matrix} asks other replicas for what they see. May use
 * {@code probe} with {@code nio} and the layers of {@code wire}, {@code framing},
 * {@code lab} for the question that it answers, and {@code settings} for its checks.
 */
@NullMarked
package io.tcpecho.monitor;

import org.jspecify.annotations.NullMarked;
