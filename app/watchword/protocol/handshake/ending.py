"""How runs end: the table of endings, aborts that are heard or sent, verdicts that correct what is shown.

See `docs/protocol/exchange.md`, Endings.
"""

from msgspec.structs import replace

from watchword.model.requests import Ending
from watchword.protocol.handshake import effects, events
from watchword.protocol.handshake.effects import Effects, Step
from watchword.protocol.handshake.states import Ended, Live, Run
from watchword_wire.exchange import Abort, AbortCode, Verdict, VerdictStatus

_BY_CODE = {
    AbortCode.DIFFER: Ending.DIFFER,
    AbortCode.DECLINED: Ending.DECLINED,
    AbortCode.WITHDRAWN: Ending.WITHDRAWN,
    AbortCode.BROKEN_OFF: Ending.NOT_FINISHED,
    AbortCode.NO_SUCH_SESSION: Ending.NOT_FINISHED,
}


def over(run: Run, own: Ending, status: VerdictStatus | None = None, heard: AbortCode | None = None) -> Step:
    """End a run without a word; everything but h and the ending is erased."""
    ending = _ending(own, status, heard)
    erase: Effects = (effects.Erase(run.h, ending),) if run.h else ()
    return Ended(run.h, ending, status, heard), erase


def aborted(run: Run, code: AbortCode) -> Step:
    """End a run by an abort of one's own: shown until the verdict, sent again until then."""
    said = Abort(run.h, code).encode()
    ending = _BY_CODE[code]
    return Ended(run.h, ending, said=said), (effects.Erase(run.h, ending), effects.Send(said))


def break_off(state: Live, _event: object, _now: float) -> Step:
    """Malformed, out of turn, or for the other role: the run ends with code 03."""
    return aborted(state.run, AbortCode.BROKEN_OFF)


def refuse_other(state: Live, event: events.Crossed, _now: float) -> Step:
    """Another handshake with this account is live: the one that came is refused."""
    return state, (effects.Send(Abort(event.h, AbortCode.BROKEN_OFF).encode()),)


def hear_abort(state: Live, message: Abort, _now: float) -> Step:
    """End a run by the other side's abort; before the pending point that is shown at once."""
    return over(state.run, _BY_CODE[message.code], heard=message.code)


def hear_verdict(state: Live, message: Verdict, _now: float) -> Step:
    """End a run that is not pending by the relay's word; 00 says nothing without the own check."""
    if message.status is VerdictStatus.ESTABLISHED:
        return state, (effects.Ignore("the relay's word alone never suffices"),)
    return over(state.run, Ending.NOT_FINISHED, message.status)


def correct(state: Ended, message: Verdict, _now: float) -> Step:
    """The verdict replaces what the own state showed, once; 00 for what is not held gets 04."""
    answer: Effects = ()
    if message.status is VerdictStatus.ESTABLISHED:
        answer = (no_such_session(state.h),)
    if state.final:
        return state, answer or (effects.Ignore("a run has one verdict"),)
    return _settled(replace(state, status=message.status, said=b""), answer)


def hear_late_abort(state: Ended, message: Abort, _now: float) -> Step:
    """The abort that belongs to the verdict: kept for it, or applied where verdict 03 came first."""
    if state.heard_code is not None or state.status not in {None, VerdictStatus.ABORTED}:
        return state, (effects.Ignore("a run has one verdict"),)
    return _settled(replace(state, heard_code=message.code), ())


def no_such_session(h: bytes) -> effects.Send:
    """Code 04: nothing is held under this h."""
    return effects.Send(Abort(h, AbortCode.NO_SUCH_SESSION).encode())


def _settled(state: Ended, answer: Effects) -> Step:
    ending = _ending(state.ending, state.status, state.heard_code)
    if ending is state.ending:
        return state, answer
    return replace(state, ending=ending), (effects.Erase(state.h, ending), *answer)


def _ending(own: Ending, status: VerdictStatus | None, heard: AbortCode | None) -> Ending:
    """Return what both screens show by the verdict; the own ending until there is one."""
    match status:
        case VerdictStatus.NO_CHALLENGE:
            return Ending.NO_ANSWER
        case VerdictStatus.NOT_FINISHED:
            return Ending.NOT_FINISHED
        case VerdictStatus.ABORTED if heard is not None:
            return _BY_CODE[heard]
        case _:
            return own
