/**
 * Tests of the guard of the management port.
 */
@NullMarked
package io.tcpecho.guard;

import org.jspecify.annotations.NullMarked;
