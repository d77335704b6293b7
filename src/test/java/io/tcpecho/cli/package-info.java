@NullMarked
package io.tcpecho.cli;

import org.jspecify.annotations.NullMarked;
