@NullMarked
package io.tcpecho.lab;

import org.jspecify.annotations.NullMarked;
