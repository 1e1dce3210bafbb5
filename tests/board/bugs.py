"""The bugs of the board: what each breaks, the text of the program that it replaces, and what is asked to find it.

What is asked are tests of `./run test` by their names, the fewest that should see it, or schedules of the simulation:
never a test written for one bug alone.
"""

from board.bug import Bug
from board.deciding_bugs import DECIDING
from board.keeping_bugs import KEEPING
from board.reading_bugs import READING
from board.sending_bugs import SENDING

BUGS: tuple[Bug, ...] = (*READING, *DECIDING, *SENDING, *KEEPING)
