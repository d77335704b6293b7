"""What --record measures: every goal, with both Java runtimes and the collectors, in at most 25 minutes of a quiet machine."""

GOALS = "eof-64,eof-64-idle,eof-5000,eof-10m,line-64,line-64-1000,line-64-5000,tls-handshake,tls-line-64,line-64-beside," \
        "line-64-handshakes"
BRIEF = ["--rounds", "4", "--other-rounds", "0", "--seconds", "1", "--warmup", "4", "--attempts", "2"]
WITH_G1 = ["--gc", "g1", "--workload", "eof-64,eof-5000,eof-10m,line-64,line-64-1000,line-64-5000",
           "--servers", "tcp-echo,netty-nio,netty-epoll", *BRIEF]
SMALL = ["--study", "memory,start,commands", "--servers", "tcp-echo", "--memory-connections", "10000", "--starts", "3"]

# The release of the JDK, and arguments of src/bench/run.
RUNS = (
    (25, ["--workload", f"{GOALS},eof-64-proxy,eof-64k,eof-1m", *BRIEF]),
    (17, ["--workload", GOALS, *BRIEF]),
    (25, WITH_G1),
    (17, WITH_G1),
    (25, SMALL),
    (17, SMALL),
    (25, ["--study", "classic", *BRIEF]),
)
