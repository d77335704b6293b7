/**
 * The management of the server: endpoints, health, meters, and the rules of access. This
 * package may use the packages {@code server}, {@code settings}, {@code client},
 * {@code connection} and {@code text}; no package uses it.
 */
@NullMarked
package io.tcpecho.actuate;

import org.jspecify.annotations.NullMarked;
