@NullMarked
package io.tcpecho.load;

import org.jspecify.annotations.NullMarked;
