@NullMarked
package io.tcpecho.framing;

import org.jspecify.annotations.NullMarked;
