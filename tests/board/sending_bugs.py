"""Bugs in what sends: intents, lost replies, workers side by side, and what counts as arrived."""

from board.bug import SCHEDULES, Bug, named

SENDING: tuple[Bug, ...] = (
    Bug(
        "written over what somebody changed since",
        "P01",
        "core/push.py",
        "        elif _equal(sent.field, sent.seen, now, place):\n            send.append(sent)",
        "        elif now is None or sent.value:\n            send.append(sent)",
        (
            SCHEDULES,
            named("core/test_push::test_a_field_is_sent_only_over_what_was_seen"),
        ),
    ),
    Bug(
        "our own write compared letter by letter",
        "P08",
        "core/push.py",
        "    return row.kind.same(left or blank, right or blank, place)",
        "    return (left or blank) == (right or blank)",
        (
            named("core/test_push::test_what_the_reply_tells"),
            named(
                "faults/test_masks_and_forms::test_s30_a_number_changed_here_is_written_once_in_full_and_known_again_by_its_last_digits",
            ),
        ),
    ),
    Bug(
        "a refusal in a good status counts as done",
        "P01",
        "flows/push_calls.py",
        "        except Refused:\n            raise",
        "        except Refused:\n            return self._reply(write, Fate.ANSWERED)",
        (
            named(
                "flows/test_push_faults::test_an_error_in_a_good_status_is_a_refusal_and_is_not_sent_again_unasked",
                "faults/test_refusals::test_s09_an_update_answered_by_an_error_in_a_good_status_is_refused_and_not_sent_again",
            ),
        ),
    ),
    Bug(
        "a write answered 500 counts as not done",
        "P06",
        "connectors/xpm/faults.py",
        "    error = Unsure if answer.endpoint.writes else Unavailable",
        "    error = Unavailable",
        (
            named(
                "connectors/test_xpm_faults::test_every_status_has_a_name_and_a_write_that_may_be_done_is_never_called_undone",
            ),
        ),
    ),
    Bug(
        "no look-up before a create is sent again",
        "P06",
        "flows/push_reading.py",
        "{push.push_id: _made_before(connector, line, push) for push in creates if push.tried}",
        "{push.push_id: () for push in creates if push.tried}",
        (
            named(
                "faults/test_lost_replies::test_s03_a_lost_create_waits_out_the_lag_of_lists_before_it_is_posted_again",
                "faults/test_lost_replies::test_s02_a_create_whose_reply_is_lost_is_found_by_its_reference_and_made_once",
            ),
        ),
    ),
    Bug(
        "a lost create is sent again while lists lag",
        "P06",
        "core/push.py",
        "SHOWN_AFTER = 90.0",
        "SHOWN_AFTER = 0.0",
        (
            named(
                "faults/test_lost_replies::test_s03_a_lost_create_waits_out_the_lag_of_lists_before_it_is_posted_again"
            ),
        ),
    ),
    Bug(
        "the intent is not stored before the write",
        "P10",
        "operations/sending.py",
        '    push.save(update_fields=["state", "attempts", "sent_at", "outcomes", "remote_id", "detail", "reference"])',
        '    push.save(update_fields=["outcomes", "remote_id", "detail", "reference"])',
        (
            SCHEDULES,
            named("operations/test_pushing::test_after_a_crash_the_intent_is_there_and_the_next_look_is_a_read"),
        ),
    ),
    Bug(
        "an intent is not flushed to disk",
        "P10",
        "config/settings.py",
        "PRAGMA synchronous=FULL",
        "PRAGMA synchronous=NORMAL",
        (
            named(
                "processes/test_flushed::test_sqlite_flushes_each_commit",
                "processes/test_flushed::test_an_intent_is_flushed_before_its_call_goes_out",
            ),
        ),
    ),
    Bug(
        "a late answer counts for a later try",
        "P09",
        "operations/sending.py",
        "            if push.attempts == reply.attempt and push.state in (PushState.SENDING, PushState.UNSURE):",
        "            if push.state in (PushState.SENDING, PushState.UNSURE):",
        (named("operations/test_pushing::test_an_answer_to_another_attempt_moves_nothing_but_the_mirror"),),
    ),
    Bug(
        "a worker that was frozen writes when it wakes",
        "P09",
        "flows/push_calls.py",
        "FRESH = 15.0",
        "FRESH = 1e9",
        (
            named(
                "flows/test_push_at_once::test_a_worker_frozen_before_its_call_does_not_make_it_when_it_wakes[on_sqlite]"
            ),
        ),
    ),
    Bug(
        "two pushes of one record at a time",
        "P09",
        "operations/sending.py",
        "            if (push.client_id, push.ref) in busy or push.run_id != run.pk",
        "            if push.run_id != run.pk",
        (
            named(
                "operations/test_pushing::test_a_record_that_another_run_is_writing_to_is_left_until_that_has_ended",
            ),
        ),
    ),
    Bug(
        "what XPM did not take counts as agreed",
        "P01",
        "operations/push_closing.py",
        "            key: value for sent in _with(push, Outcome.DONE) for key, value",
        "            key: value for sent in _with(push, *Outcome) for key, value",
        (
            named(
                "faults/test_refusals::test_s10_a_field_that_xpm_passes_over_is_named_and_parked_and_the_others_arrive"
            ),
        ),
    ),
    Bug(
        "what XPM refused is sent again unasked",
        "P08",
        "operations/push_closing.py",
        "        if stamps:\n",
        "        if not stamps:\n",
        (
            named(
                "faults/test_refusals::test_s10_a_field_that_xpm_passes_over_is_named_and_parked_and_the_others_arrive"
            ),
        ),
    ),
    Bug(
        "archived counts as deleted",
        "P04",
        "operations/sending.py",
        "    if there.deleted or there.gone_at is not None:",
        "    if there.deleted or there.archived or there.gone_at is not None:",
        (named("flows/test_push::test_a_client_that_was_archived_meanwhile_is_left_as_it_is"),),
    ),
)
