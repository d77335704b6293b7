@NullMarked
package io.tcpecho.gateway;

import org.jspecify.annotations.NullMarked;
