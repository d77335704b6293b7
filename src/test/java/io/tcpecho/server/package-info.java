@NullMarked
package io.tcpecho.server;

import org.jspecify.annotations.NullMarked;
