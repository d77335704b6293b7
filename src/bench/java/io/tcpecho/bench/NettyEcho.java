package io.tcpecho.bench;

import java.io.File;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.function.Supplier;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.LineBasedFrameDecoder;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.handler.ssl.SslHandler;
import org.jspecify.annotations.Nullable;

/**
 * A Netty echo server of one event loop, which also accepts:
 * {@code NettyEcho PORT eof|line nio|epoll [FRONT_PORT proxy|KEYSTORE]}. On the second
 * port a PROXY header comes first, or TLS 1.3 is spoken by the JDK's provider with the
 * key of that file.
 */
final class NettyEcho {

	private static final int BACKLOG = 1024;

	private static final int MAX_LINE_BYTES = 16 * 1024 * 1024;

	private static final int FIRST_READ_BYTES = 8 * 1024;

	private static final int MAX_READ_BYTES = 1024 * 1024;

	/** That of the file, which protects nothing. */
	private static final char[] PASSWORD = "password".toCharArray();

	public static void main(String[] args) throws Exception {
		int port = Integer.parseInt(args[0]);
		boolean byLine = args[1].equals("line");
		boolean epoll = args[2].equals("epoll");
		ServerBootstrap server = bootstrap(epoll);
		server.clone().childHandler(new Pipeline(byLine, () -> null)).bind(port).sync();
		if (args.length > 3) {
			server.childHandler(new Pipeline(byLine, front(args[4]))).bind(Integer.parseInt(args[3])).sync();
		}
		System.out.println("NettyEcho listens on port " + port);
	}

	private static ServerBootstrap bootstrap(boolean epoll) {
		return new ServerBootstrap()
			.group(new MultiThreadIoEventLoopGroup(1, epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory()))
			.channel(epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
			.option(ChannelOption.SO_BACKLOG, BACKLOG)
			.childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
			.childOption(ChannelOption.TCP_NODELAY, true)
			.childOption(ChannelOption.RECVBUF_ALLOCATOR,
					new AdaptiveRecvByteBufAllocator(64, FIRST_READ_BYTES, MAX_READ_BYTES));
	}

	private static Supplier<@Nullable ChannelHandler> front(String name) throws GeneralSecurityException, IOException {
		if (name.equals("proxy")) {
			return HAProxyMessageDecoder::new;
		}
		KeyStore keys = KeyStore.getInstance(new File(name), PASSWORD);
		KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
		managers.init(keys, PASSWORD);
		SSLContext context = SSLContext.getInstance("TLSv1.3");
		context.init(managers.getKeyManagers(), null, null);
		return () -> {
			SSLEngine engine = context.createSSLEngine();
			engine.setUseClientMode(false);
			return new SslHandler(engine);
		};
	}

	private static final class Pipeline extends ChannelInitializer<SocketChannel> {

		private final boolean byLine;

		private final Supplier<@Nullable ChannelHandler> front;

		Pipeline(boolean byLine, Supplier<@Nullable ChannelHandler> front) {
			this.byLine = byLine;
			this.front = front;
		}

		@Override
		protected void initChannel(SocketChannel channel) {
			ChannelPipeline pipeline = channel.pipeline();
			ChannelHandler first = this.front.get();
			if (first != null) {
				pipeline.addLast(first);
			}
			if (this.byLine) {
				pipeline.addLast(new LineBasedFrameDecoder(MAX_LINE_BYTES, false, true), new LineEcho());
			}
			else {
				pipeline.addLast(new EofEcho());
			}
		}

	}

	/**
	 * The echo of everything up to the client's FIN. The message waits in the channel's
	 * own outbound buffer, as written but not flushed, so that no byte of it is ever
	 * copied.
	 */
	private static class EofEcho extends ChannelInboundHandlerAdapter {

		@Override
		public void channelRead(ChannelHandlerContext context, Object bytes) {
			if (bytes instanceof HAProxyMessage header) {
				header.release();
				return;
			}
			context.write(bytes, context.voidPromise());
		}

		@Override
		public void userEventTriggered(ChannelHandlerContext context, Object event) {
			if (event == ChannelInputShutdownEvent.INSTANCE) {
				context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
			}
		}

		@Override
		public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
			context.close();
		}

	}

	/**
	 * The echo of each line, flushed once for all the lines of one read.
	 */
	private static final class LineEcho extends EofEcho {

		@Override
		public void channelReadComplete(ChannelHandlerContext context) {
			context.flush();
		}

	}

}
