/**
 * How values are written, for users and by them: names of constants, durations,
 * addresses. Plain Java; uses no other package of the project.
 */
@NullMarked
package io.tcpecho.text;

import org.jspecify.annotations.NullMarked;
