/**
 * Faults that an operator sets on a listener: {@link io.tcpecho.fault.Faults} says what
 * goes wrong for which connections and for how long, and each fault is a layer on the
 * wire of a connection. It uses the packages {@code wire}, {@code connection} and
 * {@code text}, and knows no Spring.
 */
@NullMarked
package io.tcpecho.fault;

import org.jspecify.annotations.NullMarked;
