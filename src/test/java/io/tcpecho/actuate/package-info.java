/**
 * Tests of what operators see and do.
 */
@NullMarked
package io.tcpecho.actuate;

import org.jspecify.annotations.NullMarked;
