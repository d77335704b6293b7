/**
 * The service {@code lab}: a server that does what the first line of a connection asks
 * for, within limits, and tells afterwards how the connection looked from here. Uses
 * {@code wire}, {@code framing}, {@code payload} and {@code connection}, and no Spring of
 * its own.
 */
@NullMarked
package io.tcpecho.lab;

import org.jspecify.annotations.NullMarked;
