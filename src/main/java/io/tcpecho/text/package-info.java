/**
 * The written form of values: names of constants, durations, units and addresses. This
 * package is plain Java and uses no other package of the project.
 */
@NullMarked
package io.tcpecho.text;

import org.jspecify.annotations.NullMarked;
