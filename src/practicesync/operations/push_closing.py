"""How pushes end: base takes what arrived, the log tells it, what XPM did not take is held, links are planned afresh.

Pushes end by the batch, in the transaction of whoever moved them, which holds their clients.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from django.db.models import F

from practicesync.core.actor import Actor, worker
from practicesync.core.decision import row_key
from practicesync.core.push import MOST_TRIES, Act, Outcome, PushState, Sent, target_of
from practicesync.operations import push_fields
from practicesync.operations.activity import Changed, Entry, write_all
from practicesync.operations.agreed import agreed_before_push
from practicesync.operations.push_acts import DOINGS, doing_of
from practicesync.operations.push_records import link_of, sent_of, step
from practicesync.operations.reconciling import reconcile
from practicesync.queries.plans import plans_of, stamp_of
from practicesync.queries.sheet_outcomes import outcome_of
from practicesync.store.models import Link, Push, Run, SheetLine
from practicesync.store.models.push import STILL_OPEN

TROUBLE = (Outcome.REFUSED, Outcome.IGNORED, Outcome.STORED_DIFFERENTLY)
KEPT = ("state", "outcomes", "detail", "attempts", "remote_id", "sent_at", "ended_at", "link", "seen")

VERBS: Mapping[Act, str] = {
    Act.UPDATE: "pushed",
    Act.ADD: "pushed",
    Act.REMOVE: "push_removed",
    Act.ARCHIVE: "push_archived",
    Act.CREATE: "push_created",
}


def end(push: Push, state: PushState, outcome: Outcome | None = None, detail: str = "") -> None:
    """Move a push to its last state; `outcome` is that of all that had none yet. `close` makes it so in the store."""
    if outcome is not None:
        names = [sent.field.name for sent in sent_of(push, undecided=True)] if push.names else [_name_of(push)]
        push.outcomes.update((name, outcome.value) for name in names if name not in push.outcomes)
    push.detail = (detail or push.detail)[:500]
    if push.state == PushState.UNSURE and state is PushState.WITHDRAWN:
        step(push, PushState.WAITING)
    step(push, state)


def close(
    practice_id: int,
    pushes: Sequence[Push],
    now: datetime,
    *,
    links: Iterable[int] = (),
    emptied: Sequence[tuple[Push, Sequence[Sent]]] = (),
    actor: Actor | None = None,
) -> None:
    """These pushes have ended, or nothing but `links` changed: store it all, and plan the links afresh.

    `emptied` is what XPM emptied beside what a push sent.
    """
    for push in pushes:
        push.ended_at = now
        push.save(update_fields=KEPT)
    entries = [entry for push in pushes for entry in _entries(push)]
    entries += [_emptied_entry(push, some) for push, some in emptied]
    write_all(actor or worker(practice_id), entries, now)
    touched = sorted({*links, *(push.link_id for push in pushes if push.link_id is not None)})
    if pushes:
        _keep_agreed(practice_id, pushes)
        _move_what_was_seen(practice_id, pushes)
        _count(pushes)
    _keep_emptied(practice_id, emptied)
    reconcile(practice_id, touched, now)


def _name_of(push: Push) -> str:
    """What its one outcome goes by where it is about a thing as a whole."""
    sort = target_of(push.ref).sort
    return push.act if sort is None else sort.value


def _with(push: Push, *outcomes: Outcome) -> list[Sent]:
    wanted = {outcome.value for outcome in outcomes}
    return [sent for sent in sent_of(push) if push.outcomes.get(sent.field.name) in wanted]


def _is_done(push: Push) -> bool:
    """Whether what a push is about as a whole came to be."""
    return push.state == PushState.CONFIRMED and push.outcomes.get(_name_of(push), Outcome.DONE) == Outcome.DONE


def _keep_agreed(practice_id: int, pushes: Sequence[Push]) -> None:
    """What arrived is what both agreed on, even if the register was edited meanwhile; what did not is held."""
    bases: defaultdict[int, dict[str, str]] = defaultdict(dict)
    failing: dict[int, Push] = {}
    troubled: defaultdict[int, set[str]] = defaultdict(set)
    for push in pushes:
        if push.link_id is None:
            continue
        agreed = {
            key: value for sent in _with(push, Outcome.DONE) for key, value in sent.field.spread(sent.value).items()
        }
        if push.is_whole and _is_done(push) and (target_of(push.ref).sort, Act(push.act)) in DOINGS:
            doing_of(push).agree(push)
        if agreed and not push.ref:
            bases[push.link_id] |= agreed
        elif agreed:
            push_fields.agree(push, agreed)
        keys = _troubled_keys(push)
        if keys:
            failing[push.link_id] = push
            troubled[push.link_id] |= keys
    links = Link.rows.among(practice_id, {*bases, *failing}).order_by("pk").select_for_update(no_key=True)
    for link in links:
        link.base = {**link.base, **bases[link.pk]}
        trouble = failing.get(link.pk)
        if trouble is not None:
            link.failing, link.failing_code = _failing(trouble)[:300], _failing_code(trouble)
            link.failed = sorted({*link.failed, *troubled[link.pk]})
        link.save(update_fields=["base", "failing", "failing_code", "failed"])
    _hold_as_they_stand(practice_id, troubled)


def _keep_emptied(practice_id: int, emptied: Iterable[tuple[Push, Sequence[Sent]]]) -> None:
    """Neither sent again nor taken over unasked: where each write empties what it leaves out, two would go on for ever,
    each emptying what the other wrote."""
    found: defaultdict[int, dict[str, str]] = defaultdict(dict)
    for push, some in emptied:
        if push.link_id is not None:
            found[push.link_id] |= {row_key(push.ref, sent.field.name): sent.field.label for sent in some}
    for link in Link.rows.among(practice_id, found).order_by("pk").select_for_update(no_key=True):
        rows = found[link.pk]
        why = f"XPM emptied this when something else was written: {', '.join(rows.values())}."
        park(link, why, Outcome.STORED_DIFFERENTLY, rows)


def _troubled_keys(push: Push) -> set[str]:
    """The rows of the plan that the remote did not take."""
    if push.is_whole and not push.names:
        return set() if push.outcomes.get(_name_of(push)) not in {each.value for each in TROUBLE} else {push.ref}
    names = [sent.field.name for sent in _with(push, *TROUBLE)]
    if push.act == Act.ADD and push.state == PushState.REFUSED:
        return {push.ref}
    ref = f"contact:{push.contact_id}:{push.remote_id}" if push.act == Act.ADD else push.ref
    return {row_key(ref, name) for name in names}


def _failing(push: Push) -> str:
    if push.detail:
        return push.detail
    told = {outcome: ", ".join(sent.field.label for sent in _with(push, outcome)) for outcome in TROUBLE}
    ignored, otherwise = told[Outcome.IGNORED], told[Outcome.STORED_DIFFERENTLY]
    sentences = [f"XPM said yes and kept its own {ignored}." if ignored else ""]
    sentences.append(f"XPM stored something else than was sent: {otherwise}." if otherwise else "")
    if not ignored and not otherwise:
        sentences.append("XPM said yes and left it as it was.")
    return " ".join(filter(None, sentences))


def _failing_code(push: Push) -> str:
    """What sort of trouble it was, the gravest (`core.client_reasons`)."""
    if push.state == PushState.REFUSED and push.attempts >= MOST_TRIES:
        return "unanswered"
    found = set(push.outcomes.values())
    return next((outcome.value for outcome in TROUBLE if outcome.value in found), Outcome.REFUSED.value)


def park(link: Link, why: str, code: str, rows: Collection[str]) -> None:
    """Do not send these rows, by key, while they stand as they do; the link fails for this reason until then.

    The caller holds the transaction and the client, and reconciles the link afterwards.
    """
    link.failing, link.failing_code = why[:300], code
    link.failed = sorted({*link.failed, *rows})
    link.save(update_fields=["failing", "failing_code", "failed"])
    _hold_as_they_stand(link.practice_id, {link.pk: rows})


def _hold_as_they_stand(practice_id: int, troubled: Mapping[int, Collection[str]]) -> None:
    """What the remote did not take, rows by link, is not sent again unasked while both sides stay as they are."""
    for link_id, loaded in plans_of(practice_id, list(troubled)).items() if troubled else ():
        stamps = {row.key: stamp_of(row) for row in loaded.plan.differences() if row.key in troubled[link_id]}
        if stamps:
            held = {**loaded.link.held, **stamps}
            Link.rows.of(practice_id).filter(pk=link_id).update(held=held)


def _move_what_was_seen(practice_id: int, pushes: Sequence[Push]) -> None:
    """A push that was queued on top of another goes by what that one wrote, not by what stood there before."""
    wrote = {
        (push.client_id, push.ref): push for push in pushes if push.act == Act.UPDATE and _with(push, Outcome.DONE)
    }
    if not wrote:
        return
    later = Push.rows.of(practice_id).filter(STILL_OPEN, client_id__in={key[0] for key in wrote}, act=Act.UPDATE)
    for push in later.select_related("client").order_by("pk").select_for_update(of=("self",), no_key=True):
        before = wrote.get((push.client_id, push.ref))
        if before is None:
            continue
        seen = {
            key: value
            for sent in _with(before, Outcome.DONE)
            if sent.field.name in push.names and sent.seen == sent.field.told(push.seen)
            for key, value in sent.field.spread(sent.value).items()
        }
        if seen:
            push.seen = {**push.seen, **seen}
            push.save(update_fields=["seen"])


def _count(pushes: Sequence[Push]) -> None:
    """Add to the runs' counts: each push ends once. A sync counts values, a run that applies a sheet its lines."""
    practice_id = pushes[0].practice_id
    kinds = dict(Run.rows.among(practice_id, {push.run_id for push in pushes}).values_list("pk", "kind"))
    counts: defaultdict[int, list[int]] = defaultdict(lambda: [0, 0])
    for push in pushes:
        if kinds[push.run_id] == "sync":
            counts[push.run_id][0] += push.size
            counts[push.run_id][1] += _is_done(push) if push.is_whole else len(_with(push, Outcome.DONE))
    for line in SheetLine.rows.of(practice_id).filter(push__in=pushes).select_related("push", "sheet"):
        if line.push is not None and line.sheet.applied_by_id is not None:
            counts[line.sheet.applied_by_id][0] += 1
            counts[line.sheet.applied_by_id][1] += outcome_of(line.push, line.field) is Outcome.DONE
    for run_id, (ended, good) in sorted(counts.items()):
        Run.rows.of(practice_id).filter(pk=run_id).update(done=F("done") + ended, changed=F("changed") + good)


def _entries(push: Push) -> Iterable[Entry]:
    """The lines of the log about how it ended."""
    if push.state == PushState.WITHDRAWN:
        yield _entry(push, "push_withdrawn")
        return
    if push.is_whole and not push.names:
        agreed = agreed_before_push(push, ()) if _is_done(push) else ()
        yield _entry(push, _verb_of_whole(push), [*agreed, _whole_changed(push)])
        return
    kinds = ((VERBS[Act(push.act)], (Outcome.DONE,)), ("push_held", (Outcome.OVERTAKEN,)), ("push_refused", TROUBLE))
    for verb, outcomes in kinds:
        some = _with(push, *outcomes)
        if some:
            agreed = agreed_before_push(push, some) if outcomes == (Outcome.DONE,) else ()
            yield _entry(push, verb, [*agreed, *(_changed(push, sent) for sent in some)])


def _verb_of_whole(push: Push) -> str:
    if _is_done(push):
        return VERBS[Act(push.act)]
    return "push_held" if push.state == PushState.OVERTAKEN else "push_refused"


def _entry(push: Push, verb: str, changes: Sequence[Changed] = ()) -> Entry:
    detail = push.detail or (_failing(push) if verb == "push_refused" else "")
    facts: dict[str, str | int] = {"client": push.client.name, "detail": detail}
    return Entry(verb, facts, client_id=push.client_id, run_id=push.run_id, changes=changes)


def _emptied_entry(push: Push, some: Sequence[Sent]) -> Entry:
    """Keeps what stood there, so that it can be set back like what was written on purpose."""
    return _entry(
        push, "push_emptied", [*agreed_before_push(push, some), *(_changed(push, sent, "emptied") for sent in some)]
    )


def _changed(push: Push, sent: Sent, why: str = "pushed") -> Changed:
    before = {} if sent.seen is None else sent.field.spread(sent.seen)
    return Changed(sent.field.name, before, sent.field.spread(sent.value), side="remote", ref=push.ref, why=why)


def _whole_changed(push: Push) -> Changed:
    """From being there to not being there, or the other way round."""
    known = {key: value for key, value in {**push.fields, **push.seen}.items() if key != "archived"}
    there = known or {"name": target_of(push.ref).local or push.act}
    gone = push.act == Act.REMOVE
    return Changed(
        _name_of(push), there if gone else {}, {} if gone else there, side="remote", ref=push.ref, why=push.act
    )


def link_ids_of(pushes: Iterable[Push]) -> list[int]:
    """The links of these pushes, those of clients that are being made left out."""
    return [link_of(push).pk for push in pushes if push.link_id is not None]
