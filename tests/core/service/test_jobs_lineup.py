"""Whose turn it is."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from core.service.job import LONG, SHORT, Waiting, next_jobs

jobs_waiting = st.lists(
    st.tuples(st.sampled_from(["upscale", "preview", "suggest", "prepare"]), st.sampled_from("abc")),
    max_size=25,
).map(lambda rows: [Waiting(number, *row) for number, row in enumerate(rows)])


def test_clients_take_turns_whatever_their_number_of_jobs():
    jobs = [Waiting(n, "upscale", "greedy") for n in range(5)] + [Waiting(9, "upscale", "modest")]
    assert [job.client for job in next_jobs(jobs, {}, LONG)][:3] == ["greedy", "modest", "greedy"]


def test_who_was_served_last_waits():
    jobs = [Waiting(1, "upscale", "a"), Waiting(2, "upscale", "b")]
    assert [job.client for job in next_jobs(jobs, {"a": 5, "b": 4}, LONG)] == ["b", "a"]


def test_clicks_go_before_encoding_ahead():
    jobs = [Waiting(1, "prepare", "a"), Waiting(2, "preview", "a")]
    assert [job.kind for job in next_jobs(jobs, {}, SHORT)] == ["preview", "prepare"]


@settings(max_examples=60)
@given(jobs_waiting)
def test_every_job_has_one_turn_in_its_lane(jobs):
    turns = next_jobs(jobs, {}, LONG) + next_jobs(jobs, {}, SHORT)
    assert sorted(turns) == sorted(jobs)


@settings(max_examples=60)
@given(jobs_waiting)
def test_no_client_is_two_turns_ahead_of_one_that_waits(jobs):
    line = [job for job in next_jobs(jobs, {}, LONG) if job.kind == "upscale"]
    for done in range(len(line)):
        had, waits = Counter(job.client for job in line[:done]), {job.client for job in line[done:]}
        alone = [job for job in next_jobs(jobs, {}, LONG) if job.kind != "upscale"]
        if not alone:
            assert all(had[busy] - had[idle] <= 1 for busy in had for idle in waits)
