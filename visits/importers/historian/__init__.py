"""The US Office of the Historian's records of travels and visits (CC0): read, checked, grouped, put on record.

``reading`` knows the files, ``entries`` what one record says, ``countries`` whom it means, ``people`` who is named in
it, ``grouping`` what is one tour; ``loading`` and what stands beside it write. Nothing before ``loading`` needs a
database.
"""
