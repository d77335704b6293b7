/**
 * Tests of the layers that ask proxies for a connection.
 */
@NullMarked
package io.tcpecho.via;

import org.jspecify.annotations.NullMarked;
