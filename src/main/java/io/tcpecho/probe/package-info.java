/**
 * {@link io.tcpecho.probe.Exchange}, which sees everything that one exchange shows on the
 * wire and ends it in a {@link io.tcpecho.probe.Verdict}, and
 * {@link io.tcpecho.probe.Probe}, which makes one after the other. May use the packages
 * {@code nio}, {@code wire}, {@code framing} and {@code text}; needs no Spring context.
 */
@NullMarked
package io.tcpecho.probe;

import org.jspecify.annotations.NullMarked;
