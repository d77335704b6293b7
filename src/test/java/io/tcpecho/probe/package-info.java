@NullMarked
package io.tcpecho.probe;

import org.jspecify.annotations.NullMarked;
