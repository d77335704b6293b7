/**
 * Open connections and how connections end: immutable data and counters, written by event
 * loops and read from anywhere. Uses no other package of the project.
 */
@NullMarked
package io.tcpecho.connection;

import org.jspecify.annotations.NullMarked;
