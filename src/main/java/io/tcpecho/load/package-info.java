/**
 * {@link io.tcpecho.load.Load}, a load generator that makes many exchanges at a time and
 * tallies how they ended. This package may use the packages {@code probe} and
 * {@code nio}, and needs no Spring context.
 */
@NullMarked
package io.tcpecho.load;

import org.jspecify.annotations.NullMarked;
