/**
 * The packaged jar under mixed connections and under chaos, for as long as asked, with a
 * report. The profile {@code soak} runs it at full length.
 */
@NullMarked
package io.tcpecho.soak;

import org.jspecify.annotations.NullMarked;
