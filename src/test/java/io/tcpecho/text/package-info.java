@NullMarked
package io.tcpecho.text;

import org.jspecify.annotations.NullMarked;
