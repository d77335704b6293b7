package io.tcpecho.bench;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.LineBasedFrameDecoder;

/**
 * A Netty echo server of one event loop, which also accepts:
 * {@code NettyEcho PORT eof|line nio|epoll}.
 */
final class NettyEcho {

	private static final int BACKLOG = 1024;

	private static final int MAX_LINE_BYTES = 16 * 1024 * 1024;

	private static final int FIRST_READ_BYTES = 8 * 1024;

	private static final int MAX_READ_BYTES = 1024 * 1024;

	public static void main(String[] args) throws InterruptedException {
		int port = Integer.parseInt(args[0]);
		boolean byLine = args[1].equals("line");
		boolean epoll = args[2].equals("epoll");
		new ServerBootstrap()
			.group(new MultiThreadIoEventLoopGroup(1, epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory()))
			.channel(epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
			.option(ChannelOption.SO_BACKLOG, BACKLOG)
			.childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
			.childOption(ChannelOption.TCP_NODELAY, true)
			.childOption(ChannelOption.RECVBUF_ALLOCATOR,
					new AdaptiveRecvByteBufAllocator(64, FIRST_READ_BYTES, MAX_READ_BYTES))
			.childHandler(new ChannelInitializer<SocketChannel>() {

				@Override
				protected void initChannel(SocketChannel channel) {
					if (byLine) {
						channel.pipeline()
							.addLast(new LineBasedFrameDecoder(MAX_LINE_BYTES, false, true), new LineEcho());
					}
					else {
						channel.pipeline().addLast(new EofEcho());
					}
				}
			})
			.bind(port)
			.sync();
		System.out.println("NettyEcho listens on port " + port);
	}

	/**
	 * The echo of everything up to the client's FIN. The message waits in the channel's
	 * own outbound buffer, as written but not flushed, so that no byte of it is ever
	 * copied.
	 */
	private static class EofEcho extends ChannelInboundHandlerAdapter {

		@Override
		public void channelRead(ChannelHandlerContext context, Object bytes) {
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
