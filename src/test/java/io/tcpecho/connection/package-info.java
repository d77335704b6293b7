@NullMarked
package io.tcpecho.connection;

import org.jspecify.annotations.NullMarked;
