@NullMarked
package io.tcpecho.nio;

import org.jspecify.annotations.NullMarked;
