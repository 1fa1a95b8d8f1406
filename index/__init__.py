"""Folders of documents as an index: from files to the best passages."""

import os

# Set before anything imports ONNX Runtime: its official builds report their use to their maker otherwise.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
