"""`make bench`: the assistant side by side with the plain tutorial pipeline, in one run of one process.

__main__.py      parse, measure, write
questions.py     which questions are put, and the files they are about
plain.py         the pipeline to compare with
server.py        the model's server: what it says of its own speed, and the plain pipeline's memory of prompts
timing.py        seconds of one answer; median and p95
side_by_side.py  both pipelines on the article and on the paragraphs
indexing.py      index and search: seconds, bytes, and how they grow
commands.py      `assistant ask` and `assistant serve` as a user starts them
machine.py       memory, disk, versions
report.py        all figures -> JSON, bars, Markdown
chart.py         medians -> SVG
"""
