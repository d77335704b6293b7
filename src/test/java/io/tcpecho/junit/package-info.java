/**
 * Tests of the extension of JUnit, by the tests of other classes that it runs for.
 */
@NullMarked
package io.tcpecho.junit;

import org.jspecify.annotations.NullMarked;
