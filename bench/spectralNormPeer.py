"""The peer of spectralNorm.ts: times LAPACK's singular values through numpy, as numpy.linalg.norm(A, 2) calls them.

Reads a line "rows columns", then rows * columns float32 numbers; then, for each further line, answers with
"milliseconds norm". An empty line ends a matrix.
"""

import sys
import time

try:
    import numpy
except ImportError:
    sys.exit("numpy is missing")

print("ready", flush=True)
source = sys.stdin.buffer
while header := source.readline().split():
    rows, columns = map(int, header)
    stored = numpy.frombuffer(source.read(4 * rows * columns), dtype=numpy.float32).reshape(rows, columns)
    while source.readline().strip():
        start = time.perf_counter()
        norm = numpy.linalg.norm(stored.astype(numpy.float64), 2)
        print(1e3 * (time.perf_counter() - start), repr(float(norm)), flush=True)
