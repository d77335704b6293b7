"""Twisted's own port forwarder. Arguments: its port, the target's port."""
import sys

from twisted.internet import reactor
from twisted.protocols.portforward import ProxyFactory

port, target = map(int, sys.argv[1:])
reactor.listenTCP(port, ProxyFactory("127.0.0.1", target), interface="127.0.0.1")
reactor.run()
