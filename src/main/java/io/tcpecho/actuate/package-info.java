/**
 * What operators see and do: endpoints, health, meters, and who may use them. May use the
 * packages {@code server}, {@code settings}, {@code client}, {@code connection} and
 * {@code text}; no package uses it.
 */
@NullMarked
package io.tcpecho.actuate;

import org.jspecify.annotations.NullMarked;
