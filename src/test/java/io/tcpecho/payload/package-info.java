@NullMarked
package io.tcpecho.payload;

import org.jspecify.annotations.NullMarked;
