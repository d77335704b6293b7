/**
 * Tests of what the project is delivered with: its scripts, its unit for systemd, its
 * packages and its build.
 */
@NullMarked
package io.tcpecho.delivery;

import org.jspecify.annotations.NullMarked;
