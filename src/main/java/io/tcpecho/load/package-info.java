/**
 * {@link io.tcpecho.load.Load}, a load generator that makes many exchanges at a time and
 * tallies how they ended. May use the packages {@code probe} and {@code nio}; needs no
 * Spring context.
 */
@NullMarked
package io.tcpecho.load;

import org.jspecify.annotations.NullMarked;
