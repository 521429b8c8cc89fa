"""Random drawings and random acts, held against a model that knows no tokens; and every act again from what the journal keeps."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

from engine.drawing import read_drawing
from engine.errors import NotFound
from engine.lint import lint_procedure
from engine.spiff import state
from engine.spiff.gateways import ParallelGateway
from tests.engine.constructs.stages import Straight
from tests.engine.world import AnyName
from tests.walks.drawings import blocks
from tests.walks.model import Block, Env, process

answers = st.fixed_dictionaries({"x": st.integers(0, 3), "more": st.sampled_from([False, False, True])})
WALKS = settings(
    max_examples=300,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.generate, Phase.shrink),
)


class Walk(RuleBasedStateMachine):
    """A case and its model; what is done to one is done to the other."""

    @initialize(block=blocks())
    def begin(self, block: Block) -> None:
        text = process(block)
        drawing = read_drawing(text.encode(), "p.bpmn")
        errors = [problem for problem in lint_procedure(drawing, "p", AnyName()) if problem.severity == "error"]
        assert errors == []
        self.stage = Straight(text)
        self.env: Env = {}
        self.model = block.begin(self.env)
        self.key = self.stage.begin({})
        self.acts: list[tuple[Any, ...]] = []

    @precondition(lambda self: self.model.open())
    @rule(data=st.data(), given=answers)
    def complete(self, data: st.DataObject, given: dict[str, Any]) -> None:
        element = data.draw(st.sampled_from(sorted(set(self.model.open()))))
        assert self.model.complete(element, self.env, given)
        run = self.stage.runs[0]
        step = min(
            task.internal_data["path"] for task in run.tasks.values() if task.task_spec.bpmn_id == element and task.task_spec.manual
        )
        self.stage.complete_step(self.key, step, **given)
        self.acts.append(("complete", step, given))

    @precondition(lambda self: self.model.waits_for())
    @rule(data=st.data())
    def tell(self, data: st.DataObject) -> None:
        message = data.draw(st.sampled_from(sorted(set(self.model.waits_for()))))
        assert self.model.tell(message, self.env)
        assert self.stage.give(self.key, "message", message, {})
        self.acts.append(("tell", message))

    @precondition(lambda self: self.acts)
    @rule()
    def complete_what_was_completed(self) -> None:
        done = [step for verb, step, *_ in self.acts if verb == "complete"]
        with pytest.raises(NotFound):
            self.stage.runs[0].finish(done[-1] if done else "nothing", {})

    @rule()
    def save_and_load(self) -> None:
        run = self.stage.runs[0]
        kept = state.save(run)
        self.stage.runs[0] = state.load(run.plan, self.stage.around, *kept)
        assert state.save(self.stage.runs[0]) == kept

    @invariant()
    def the_same_is_open(self) -> None:
        if not hasattr(self, "model"):
            return
        assert self.stage.open(self.key) == sorted(self.model.open())
        assert (self.stage.status(self.key)[0] == "ended") is self.model.is_done
        assert self.stage.failed() == []

    def teardown(self) -> None:
        """The acts alone, done again from the start, lead to the same state."""
        if not hasattr(self, "model"):
            return
        again = Straight.of(self.stage.procedures)
        key = again.begin({})
        for verb, what, *given in self.acts:
            if verb == "complete":
                again.complete_step(key, what, **given[0])
            else:
                again.give(key, "message", what, {})
        assert state.save(again.runs[0]) == state.save(self.stage.runs[0])


def test_random_acts_on_random_drawings_do_what_the_model_says() -> None:
    run_state_machine_as_test(Walk, settings=WALKS)


def test_a_join_that_does_not_wait_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ParallelGateway, "wanted", lambda _gateway: set())

    with pytest.raises(AssertionError):
        run_state_machine_as_test(Walk, settings=settings(WALKS, max_examples=300, phases=(Phase.generate,), derandomize=True))
