/**
 * Tests of the PROXY protocol.
 */
@NullMarked
package io.tcpecho.proxy;

import org.jspecify.annotations.NullMarked;
