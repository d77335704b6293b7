@NullMarked
package io.tcpecho.path;

import org.jspecify.annotations.NullMarked;
