@NullMarked
package io.tcpecho.client;

import org.jspecify.annotations.NullMarked;
