"""What one run of the server has: the reports, the jobs, who sits here, how pages come in."""

from __future__ import annotations

from compiler.editor.server.desks import Desks
from compiler.editor.server.entrance import Entrance
from compiler.editor.server.jobs import Jobs


class Session:
    """One run of the server."""

    def __init__(self, desks: Desks, who: str) -> None:
        """`who` is the person that the history and other people's pages name."""
        self.desks, self.who = desks, who
        self.jobs = Jobs()
        self.entrance = Entrance()
        self.stopping = False
        """Whether those that wait for news should be let go."""

    def close(self) -> None:
        """Let the job at work end, and leave the reports."""
        self.stopping = True
        self.jobs.close()
        self.desks.close()
