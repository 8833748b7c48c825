"""The errors that this project raises on purpose.

- SandboxError
  - TalangError             an expression (``sandbox.talang.errors``)
    - ExpressionSyntaxError   text that cannot be read
    - ExpressionShapeError    JSON that is no expression
    - UnknownNameError        names a root or a field that rules cannot read
    - EvaluationError         failed while it ran, in another way than these
      - EmptyTermError          there is nothing to evaluate
      - MissingValueError       a name has no value now
      - FunctionNotFoundError   no function of this name takes these arguments
        - UnknownFunctionError    no function has this name
      - TemplateNotFoundError   no template of this name takes these arguments
      - BlockError              something else stands where a block belongs
      - LimitError              it would be too large
  - Refused                 input that is not acceptable; holds its faults with their pointers
  - WorkspaceError          unknown workspace, database trouble, home in use
  - TargetError             (``sandbox.targets``) a call that brought no usable answer

A coupon that does not qualify is a result with a reason, never an error.
"""

from __future__ import annotations

from typing import NamedTuple

# Nobody reads more, and a body of 5 MB has room for a million.
MAX_FAULTS = 1_000


class SandboxError(Exception):
    """Root of all errors raised on purpose; its text is a sentence that a user may read."""


class Fault(NamedTuple):
    """One thing that is wrong with an input.

    `pointer` is an RFC 6901 JSON pointer into the body; `parameter`, when set, names the query
    parameter or header instead. Titles and texts follow the vendor's page on errors.
    """

    title: str
    details: str
    pointer: str = ""
    parameter: str = ""


class Refused(SandboxError):
    """Input that is refused whole; `faults` lists what is wrong with it, at most 1,000 things.

    Where there is more, the last fault says how much, of the whole input.
    """

    def __init__(self, faults: list[Fault] | tuple[Fault, ...]) -> None:
        listed = tuple(faults[:MAX_FAULTS])
        if more := len(faults) - len(listed):
            details = f"{more:,} more things are wrong; they are not listed"
            listed = (*listed, Fault("Too many errors", details))
        self.faults = listed
        super().__init__("; ".join(f"{f.pointer or f.parameter}: {f.details}" for f in self.faults))
