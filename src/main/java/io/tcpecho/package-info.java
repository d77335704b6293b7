/**
 * The main class, and nothing else.
 */
@NullMarked
package io.tcpecho;

import org.jspecify.annotations.NullMarked;
