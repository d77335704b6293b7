/**
 * The servers that tcp-echo is measured against: what a good Netty program and the stock
 * Spring Integration factories do with the same exchanges. Used by {@code src/bench/run}
 * only; uses nothing of the project and is in no artefact.
 */
@NullMarked
package io.tcpecho.bench;

import org.jspecify.annotations.NullMarked;
