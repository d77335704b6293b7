@NullMarked
package io.tcpecho.tls;

import org.jspecify.annotations.NullMarked;
