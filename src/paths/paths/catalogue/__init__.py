"""All paths that can be measured, in the order of the table."""
from . import balancers, forwarders, headers, inetd, kernel, requested, tls, tunnels

CATALOGUE = {path.name: path for group in (balancers, forwarders, inetd, tunnels, tls, headers, requested, kernel)
             for path in group.PATHS}
