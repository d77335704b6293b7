/**
 * Tests of the layers that need no protocol.
 */
@NullMarked
package io.tcpecho.wire;

import org.jspecify.annotations.NullMarked;
