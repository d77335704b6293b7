@NullMarked
package io.tcpecho.fault;

import org.jspecify.annotations.NullMarked;
