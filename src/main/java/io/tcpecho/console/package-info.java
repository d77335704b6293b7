/**
 * The console: a page for a browser that shows what the management endpoints say. It only
 * serves files; the page itself asks the endpoints, under the rules that hold for every
 * client.
 */
@NullMarked
package io.tcpecho.console;

import org.jspecify.annotations.NullMarked;
