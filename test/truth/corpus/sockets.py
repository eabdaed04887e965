"""Addresses of all families that have names, with a server and without."""
import socket


def attempt(call, *arguments):
    try:
        call(*arguments)
    except OSError:
        pass


for family, address, nobody in (
    (socket.AF_INET, ("127.0.0.1", 0), ("127.0.0.1", 1)),
    (socket.AF_INET6, ("::1", 0), ("::1", 1)),
    (socket.AF_UNIX, "socket", "absent"),
    (socket.AF_UNIX, "\0abstract", "\0absent"),
):
    server, client = socket.socket(family), socket.socket(family)
    attempt(server.bind, address)
    try:
        server.listen()
        attempt(client.connect, server.getsockname())
    except OSError:
        pass
    attempt(client.connect, nobody)
    attempt(client.bind, address)
unix = socket.socket(socket.AF_UNIX)
attempt(unix.connect, "/dev/null/socket")
attempt(unix.connect, "absent/./socket")
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
udp.connect(("127.0.0.1", 9))
netlink = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)
netlink.bind((0, 0))
netlink.connect((0, 0))
