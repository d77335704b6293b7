/**
 * Tests of the console: what is served, and the page in a real browser.
 */
@NullMarked
package io.tcpecho.console;

import org.jspecify.annotations.NullMarked;
