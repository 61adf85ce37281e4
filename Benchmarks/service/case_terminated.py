"""SIGTERM under load, several times: every request that was written on a connection that the system completed is answered."""

import http.client
import statistics
import sys
import tempfile
import threading

from rows import exact, row, timed
from service import Service

CLIENTS = 16


def terminated(arguments, index):
    tally, codes, ends = Tally(), [], []
    for _ in range(arguments.terminations):
        with tempfile.TemporaryDirectory() as folder:
            service = Service(arguments.binary, index, folder, CODEINTEL_INDEX_PRELOAD="hybrid,vllm",
                              CODEINTEL_DRAIN_QUIET_SECONDS="60")
            try:
                service.wait_ready()
                busy = threading.Semaphore(0)
                clients = [threading.Thread(target=tally.ask, args=(service.port, number % 2 == 0, busy))
                           for number in range(CLIENTS)]
                for client in clients:
                    client.start()
                # Each answer counts once: everybody has been answered a few times, on average.
                for _ in range(3 * CLIENTS):
                    busy.acquire()
                took, code = timed(service.stop)
                ends.append(took)
                codes.append(code)
                for client in clients:
                    client.join()
            finally:
                service.process.kill()
    if tally.lost:
        print("\n".join(tally.lost[:10]), file=sys.stderr)
    case = f"SIGTERM under load, {arguments.terminations} times, {CLIENTS} clients"
    return [row(case, "answered", "answers", tally.answered), exact(case, "lost", "answers", len(tally.lost)),
            exact(case, "exit codes other than 0", "processes", sum(code != 0 for code in codes)),
            row(case, "from signal to end", "ms", statistics.median(ends))]


class Tally:
    def __init__(self):
        self.lock, self.answered, self.lost = threading.Lock(), 0, []

    def ask(self, port, keeps, busy):
        """Asks until a connection is refused, on one connection as long as it lasts or on a new one each time."""
        while True:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            try:
                connection.connect()
            except OSError:
                return
            # Without this the library would connect anew by itself.
            connection.auto_open = False
            try:
                while True:
                    connection.request("GET", "/search?q=where+is+the+shutdown")
                    answer = connection.getresponse()
                    answer.read()
                    with self.lock:
                        self.answered += answer.status == 200
                        if answer.status != 200:
                            self.lost.append(f"status {answer.status}")
                    busy.release()
                    if not keeps or answer.will_close:
                        break
            except (OSError, http.client.HTTPException) as error:
                with self.lock:
                    self.lost.append(f"{'kept' if keeps else 'new'} connection: {type(error).__name__}: {error}")
                busy.release()
            finally:
                connection.close()
