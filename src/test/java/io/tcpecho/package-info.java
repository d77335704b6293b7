@NullMarked
package io.tcpecho;

import org.jspecify.annotations.NullMarked;
