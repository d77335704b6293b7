/**
 * What operators see and do: endpoints, health, meters, and who may use them. Read
 * windows on the packages {@code server} and {@code connection}; nothing depends on them.
 */
@NullMarked
package io.tcpecho.actuate;

import org.jspecify.annotations.NullMarked;
