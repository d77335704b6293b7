@NullMarked
package io.tcpecho.limits;

import org.jspecify.annotations.NullMarked;
