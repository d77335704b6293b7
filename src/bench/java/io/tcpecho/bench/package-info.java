/**
 * The servers that tcp-echo is measured against: what a good Netty program, the stock
 * Spring Integration factories and virtual threads do with the same exchanges; and the
 * hot pieces of tcp-echo on their own, for JMH. Used by {@code src/bench/run} only, and
 * in no artefact.
 */
@NullMarked
package io.tcpecho.bench;

import org.jspecify.annotations.NullMarked;
