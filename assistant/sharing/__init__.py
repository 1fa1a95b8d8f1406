"""One running `assistant serve` answers for other processes: its models are loaded already.

    record.py     where a server is, and what has to be equal for it to answer in a process's place
    messages.py   events as lines of JSON
    server.py     what answers, in the serving process
    client.py     what asks, before anything heavy is loaded

A server is reached on the loopback interface only, by whoever may read its record: its own user.
"""
